with

estimation_units as (

    select *
    from {{ ref('int_estimation_units') }}
    where is_main_design

),

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

gate_figures as (

    select * from {{ ref('int_gate_figures') }}

),

campaigns as (

    select
        design,
        count(distinct campaign_id) as n_campaigns,
        min(n_outcome_days) as min_outcome_days,
        max(n_outcome_days) as max_outcome_days
    from estimation_units
    group by design

),

final as (

    select
        effect_estimates.design,
        effect_estimates.estimate,
        effect_estimates.placebo_gate,
        effect_estimates.interference_gate,
        campaigns.n_campaigns,
        campaigns.min_outcome_days,
        campaigns.max_outcome_days,
        gate_figures.treated_contaminated_share,
        gate_figures.control_contaminated_share,
        gate_figures.uncontaminated_estimate,
        gate_figures.change_ci_lower,
        gate_figures.change_ci_upper,
        gate_figures.placebo_estimate,
        {{ confidence_limit(
            'gate_figures.placebo_estimate', 'gate_figures.placebo_std_error', 'lower'
        ) }} as placebo_ci_lower,
        {{ confidence_limit(
            'gate_figures.placebo_estimate', 'gate_figures.placebo_std_error', 'upper'
        ) }} as placebo_ci_upper
    from effect_estimates
    inner join campaigns on effect_estimates.design = campaigns.design
    inner join gate_figures
        on
            effect_estimates.design = gate_figures.design
            and effect_estimates.estimand = gate_figures.estimand
            and effect_estimates.estimator = gate_figures.estimator

)

select * from final
order by design
