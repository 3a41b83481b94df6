with

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline

),

omitted_bias_scales as (

    select * from {{ ref('int_omitted_bias_scales') }}

),

-- Strengths that a reader may have in mind: shares of the residual variance.
strengths as (

    select unnest(cast([0.01, 0.02, 0.05, 0.1, 0.2, 0.3] as double [])) as strength

),

-- The distance of the estimate, and of its interval, from 0 in units of the scale.
headlines as (

    select
        effect_estimates.design,
        effect_estimates.outcome,
        effect_estimates.estimand,
        effect_estimates.estimate,
        effect_estimates.std_error,
        omitted_bias_scales.scale,
        abs(effect_estimates.estimate) / omitted_bias_scales.scale as distance,
        greatest(
            0, {{ confidence_limit('abs(estimate)', 'std_error', 'lower') }}
        ) / omitted_bias_scales.scale as interval_distance
    from effect_estimates
    inner join omitted_bias_scales
        on
            effect_estimates.design = omitted_bias_scales.design
            and effect_estimates.outcome = omitted_bias_scales.outcome
            and effect_estimates.estimand = omitted_bias_scales.estimand

),

-- The robustness value r solves r / sqrt(1 - r) = distance: a cause of this strength
-- moves the estimate, or the nearer limit of its interval, to 0 (Cinelli and Hazlett
-- 2020).
scenarios as (

    select
        *,
        'robustness value' as scenario,
        (sqrt(pow(distance, 4) + 4 * pow(distance, 2)) - pow(distance, 2)) / 2
            as confounder_strength
    from headlines
    union all
    select
        *,
        'robustness value of the interval' as scenario,
        (
            sqrt(pow(interval_distance, 4) + 4 * pow(interval_distance, 2))
            - pow(interval_distance, 2)
        ) / 2 as confounder_strength
    from headlines
    union all
    select
        headlines.*,
        format('strength {}', strengths.strength) as scenario,
        strengths.strength as confounder_strength
    from headlines
    cross join strengths

),

bounded_scenarios as (

    select
        *,
        scale * confounder_strength / sqrt(1 - confounder_strength) as max_bias
    from scenarios

),

-- Rounded, because a robustness value puts a limit at exactly 0.
limited_scenarios as (

    select
        *,
        round(estimate - max_bias, 9) as estimate_lower,
        round(estimate + max_bias, 9) as estimate_upper,
        round({{ confidence_limit('estimate - max_bias', 'std_error', 'lower') }}, 9)
            as ci_lower,
        round({{ confidence_limit('estimate + max_bias', 'std_error', 'upper') }}, 9)
            as ci_upper
    from bounded_scenarios

),

final as (

    select
        design,
        outcome,
        'omitted variable' as analysis,
        scenario,
        estimand,
        confounder_strength,
        estimate,
        max_bias,
        estimate_lower,
        estimate_upper,
        ci_lower,
        ci_upper,
        {{ omitted_bias_verdict(
            'confounder_strength', 'max_bias', 'estimate_lower', 'estimate_upper'
        ) }} as verdict
    from limited_scenarios

)

select * from final
order by design, outcome, scenario
