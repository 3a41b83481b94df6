with

units as (

    select * from {{ ref('int_power_units') }}

),

-- An experiment compares households on the same days, so differences between windows
-- are not part of its noise.
centred_units as (

    select
        metric,
        horizon_weeks,
        window_number,
        outcome_value,
        outcome_value - {{ exact_avg('outcome_value', 'over window_units') }}
            as centred_outcome,
        lookback_value - {{ exact_avg('lookback_value', 'over window_units') }}
            as centred_lookback
    from units
    window window_units as (
        partition by metric, horizon_weeks, window_number
    )

),

final as (

    select
        metric,
        horizon_weeks,
        count(distinct window_number) as n_windows,
        count(*) as n_units,
        {{ exact_avg('outcome_value') }} as mean_outcome,
        sqrt(
            {{ exact_sum('centred_outcome * centred_outcome') }}
            / nullif(count(*) - count(distinct window_number), 0)
        ) as std_dev,
        {{ correlation('centred_outcome', 'centred_lookback') }}
            as lookback_correlation,
        {{ cuped_slope('centred_outcome', 'centred_lookback') }} as theta
    from centred_units
    group by metric, horizon_weeks

)

select * from final
order by metric, horizon_weeks
