with

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where is_headline

),

omitted_bias_scales as (

    select * from {{ ref('int_omitted_bias_scales') }}

),

-- Strengths that a reader may have in mind: shares of the residual variance.
strengths as (

    select unnest(cast([0.01, 0.02, 0.05, 0.1, 0.2, 0.3] as double[])) as strength

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
final as (

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

)

select * from final
order by design, outcome, scenario
