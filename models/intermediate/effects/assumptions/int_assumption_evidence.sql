with

estimation_units as (

    select *
    from {{ ref('int_estimation_units') }}
    where is_main_design

),

designs as (

    select * from {{ ref('int_designs') }}

),

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

variant_estimates as (

    select *
    from {{ ref('int_variant_estimates') }}
    where outcome = 'purchase_amount'

),

contamination as (

    select
        design,
        avg(cast(is_contaminated as integer)) filter (where is_treated = 1)
            as treated_contaminated_share,
        avg(cast(is_contaminated as integer)) filter (where is_treated = 0)
            as control_contaminated_share,
        count(distinct campaign_id) as n_campaigns,
        min(n_outcome_days) as min_outcome_days,
        max(n_outcome_days) as max_outcome_days
    from estimation_units
    group by design

),

-- Only estimates of the estimand that is the headline of the design.
headline_variants as (

    select
        effect_estimates.design,
        variant_estimates.role,
        designs.drops_contaminated,
        variant_estimates.estimate,
        {{ confidence_limit(
            'variant_estimates.estimate', 'variant_estimates.std_error', 'lower'
        ) }} as ci_lower,
        {{ confidence_limit(
            'variant_estimates.estimate', 'variant_estimates.std_error', 'upper'
        ) }} as ci_upper
    from effect_estimates
    inner join variant_estimates
        on
            effect_estimates.design = variant_estimates.variant_of
            and effect_estimates.estimand = variant_estimates.estimand
    inner join designs on variant_estimates.design = designs.design

),

final as (

    select
        effect_estimates.design,
        effect_estimates.estimate,
        effect_estimates.ci_lower,
        effect_estimates.ci_upper,
        contamination.treated_contaminated_share,
        contamination.control_contaminated_share,
        contamination.n_campaigns,
        contamination.min_outcome_days,
        contamination.max_outcome_days,
        uncontaminated.estimate as uncontaminated_estimate,
        placebos.estimate as placebo_estimate,
        placebos.ci_lower as placebo_ci_lower,
        placebos.ci_upper as placebo_ci_upper
    from effect_estimates
    inner join contamination on effect_estimates.design = contamination.design
    left join headline_variants as uncontaminated
        on
            effect_estimates.design = uncontaminated.design
            and uncontaminated.drops_contaminated
    left join headline_variants as placebos
        on
            effect_estimates.design = placebos.design
            and placebos.role = 'placebo'

)

select * from final
order by design
