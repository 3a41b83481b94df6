with

estimates as (

    select distinct
        design,
        estimand
    from {{ ref('int_effect_medians') }}
    where is_main_design

),

estimation_units as (

    select *
    from {{ ref('int_estimation_units') }}
    where is_main_design

),

designs as (

    select *
    from {{ ref('int_designs') }}
    where drops_contaminated

),

variant_estimates as (

    select *
    from {{ ref('int_variant_estimates') }}
    where outcome = 'purchase_amount'

),

variant_changes as (

    select *
    from {{ ref('int_variant_changes') }}
    where outcome = 'purchase_amount'

),

contamination as (

    select
        design,
        avg(cast(is_contaminated as integer)) filter (where is_treated = 1)
            as treated_contaminated_share,
        avg(cast(is_contaminated as integer)) filter (where is_treated = 0)
            as control_contaminated_share
    from estimation_units
    group by design

),

-- The same design without the units that were sent another campaign in the window.
uncontaminated as (

    select
        variant_estimates.variant_of as design,
        variant_estimates.estimand,
        variant_estimates.estimate,
        variant_changes.change,
        variant_changes.ci_lower,
        variant_changes.ci_upper,
        variant_changes.p_value
    from variant_estimates
    inner join designs on variant_estimates.design = designs.design
    inner join variant_changes
        on
            variant_estimates.design = variant_changes.variant
            and variant_estimates.estimand = variant_changes.estimand

),

final as (

    select
        estimates.design,
        estimates.estimand,
        contamination.treated_contaminated_share,
        contamination.control_contaminated_share,
        uncontaminated.estimate as uncontaminated_estimate,
        uncontaminated.change,
        uncontaminated.ci_lower as change_ci_lower,
        uncontaminated.ci_upper as change_ci_upper,
        uncontaminated.p_value as change_p_value
    from estimates
    inner join contamination on estimates.design = contamination.design
    left join uncontaminated
        on
            estimates.design = uncontaminated.design
            and estimates.estimand = uncontaminated.estimand

)

select * from final
order by design, estimand
