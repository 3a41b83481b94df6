with

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where is_headline

),

unit_outcomes as (

    select * from {{ ref('int_unit_outcomes') }}

),

arm_deviations as (

    select
        design,
        outcome,
        is_treated,
        {{ exact_std_dev('outcome_value') }} as std_dev
    from unit_outcomes
    group by design, outcome, is_treated

),

-- Both arms have the same weight, as in the standardised differences of covariates.
outcome_deviations as (

    select
        design,
        outcome,
        nullif(sqrt(avg(std_dev * std_dev)), 0) as std_dev
    from arm_deviations
    group by design, outcome

),

-- VanderWeele and Ding (2017): a standardised difference d corresponds to a risk ratio
-- of about exp(0.91 d). If the interval covers 0, its nearer limit counts as 0.
risk_ratios as (

    select
        effect_estimates.design,
        effect_estimates.outcome,
        effect_estimates.estimand,
        effect_estimates.estimate,
        exp(0.91 * abs(effect_estimates.estimate) / outcome_deviations.std_dev)
            as risk_ratio,
        exp(
            0.91 * greatest(
                0, {{ confidence_limit('abs(estimate)', 'std_error', 'lower') }}
            ) / outcome_deviations.std_dev
        ) as interval_risk_ratio
    from effect_estimates
    inner join outcome_deviations
        on
            effect_estimates.design = outcome_deviations.design
            and effect_estimates.outcome = outcome_deviations.outcome

),

scenarios as (

    select
        *,
        'E-value' as scenario,
        'estimate' as explained,
        round(risk_ratio + sqrt(risk_ratio * (risk_ratio - 1)), 9)
            as confounder_strength
    from risk_ratios
    union all
    select
        *,
        'E-value of the interval' as scenario,
        'nearer limit of the interval' as explained,
        round(
            interval_risk_ratio
            + sqrt(interval_risk_ratio * (interval_risk_ratio - 1)), 9
        ) as confounder_strength
    from risk_ratios

),

final as (

    select
        design,
        outcome,
        'E-value' as analysis,
        scenario,
        estimand,
        confounder_strength,
        estimate,
        {{ e_value_verdict(
            'interval_risk_ratio', 'explained', 'confounder_strength'
        ) }} as verdict
    from scenarios

)

select * from final
order by design, outcome, scenario
