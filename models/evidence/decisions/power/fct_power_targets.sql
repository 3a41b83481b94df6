with

power as (

    select * from {{ ref('fct_power') }}

),

targets as (

    select * from {{ ref('int_power_targets') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

-- Households go with the square of the effect.
needs as (

    select
        power.metric,
        power.horizon_weeks,
        power.treated_share,
        power.arm_rule,
        power.method,
        targets.target,
        targets.target_effect,
        power.n_households,
        power.minimum_detectable_effect,
        metrics.unit,
        cast(
            ceil(
                power.n_households
                * pow(power.minimum_detectable_effect / targets.target_effect, 2)
            ) as bigint
        ) as n_needed
    from power
    inner join metrics on power.metric = metrics.metric
    inner join targets
        on
            power.metric = targets.metric
            and power.horizon_weeks = targets.horizon_weeks
    -- A metric without spread has no smallest effect.
    where power.minimum_detectable_effect is not null

),

worded_needs as (

    select
        *,
        {{ plain_number('minimum_detectable_effect', 'minimum_detectable_effect') }}
            as detectable_text
    from needs

),

final as (

    select
        metric,
        horizon_weeks,
        treated_share,
        arm_rule,
        method,
        target,
        cast(target_effect as double) as target_effect,
        n_households,
        n_needed,
        n_needed <= n_households as is_possible,
        minimum_detectable_effect,
        {{ sample_size_verdict(
            'n_needed', 'n_households', "detectable_text || ' (' || unit || ')'"
        ) }} as verdict
    from worded_needs

)

select * from final
order by metric, horizon_weeks, treated_share, arm_rule, method, target
