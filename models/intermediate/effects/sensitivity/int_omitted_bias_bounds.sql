with

scenarios as (

    select * from {{ ref('int_omitted_bias_strengths') }}

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
