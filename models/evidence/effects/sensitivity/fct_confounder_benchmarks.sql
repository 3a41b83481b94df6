with

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where is_headline

),

omitted_bias_scales as (

    select * from {{ ref('int_omitted_bias_scales') }}

),

benchmark_strengths as (

    select * from {{ ref('int_benchmark_strengths') }}

),

biased_estimates as (

    select
        benchmark_strengths.*,
        effect_estimates.estimand,
        effect_estimates.estimate,
        effect_estimates.std_error,
        omitted_bias_scales.scale * sqrt(
            benchmark_strengths.confounder_outcome_r2
            * benchmark_strengths.confounder_treatment_r2
            / (1 - benchmark_strengths.confounder_treatment_r2)
        ) as max_bias
    from benchmark_strengths
    inner join effect_estimates
        on
            benchmark_strengths.design = effect_estimates.design
            and benchmark_strengths.outcome = effect_estimates.outcome
    inner join omitted_bias_scales
        on
            effect_estimates.design = omitted_bias_scales.design
            and effect_estimates.outcome = omitted_bias_scales.outcome
            and effect_estimates.estimand = omitted_bias_scales.estimand

),

limited_estimates as (

    select
        *,
        estimate - max_bias as estimate_lower,
        estimate + max_bias as estimate_upper,
        {{ confidence_limit('estimate - max_bias', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate + max_bias', 'std_error', 'upper') }} as ci_upper,
        case when estimate >= 0 then estimate_lower else estimate_upper end
            as worst_estimate,
        ci_lower <= 0 and ci_upper >= 0 as could_be_zero
    from biased_estimates

),

final as (

    select
        design,
        outcome,
        benchmark_level,
        benchmark,
        cast(multiple as integer) as multiple,
        estimand,
        benchmark_treatment_r2,
        benchmark_outcome_r2,
        confounder_treatment_r2,
        confounder_outcome_r2,
        estimate,
        max_bias,
        estimate_lower,
        estimate_upper,
        ci_lower,
        ci_upper,
        could_be_zero,
        {{ benchmark_verdict(
            'multiple', 'benchmark', 'estimate', 'worst_estimate', 'could_be_zero'
        ) }} as verdict
    from limited_estimates

)

select * from final
order by design, outcome, benchmark_level, benchmark, multiple
