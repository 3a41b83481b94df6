with

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_calendar') }}

),

horizons as (

    select unnest({{ var('power_horizon_weeks') }}) as horizon_weeks

),

-- Windows go back from the last day, so that the latest weeks are always among them.
windows as (

    select
        horizons.horizon_weeks,
        unnest(
            generate_series(
                1,
                (data_bounds.last_day - data_bounds.first_day + 1)
                // (horizons.horizon_weeks * 7)
            )
        ) as window_number,
        data_bounds.first_day,
        data_bounds.last_day
    from horizons
    cross join data_bounds

),

dated_windows as (

    select
        *,
        last_day - window_number * horizon_weeks * 7 + 1 as start_day,
        last_day - (window_number - 1) * horizon_weeks * 7 as end_day
    from windows

),

final as (

    select
        horizon_weeks,
        window_number,
        start_day - {{ edition_value('lookback_days') }} as lookback_start_day,
        start_day,
        end_day
    from dated_windows
    where start_day - {{ edition_value('lookback_days') }} >= first_day

)

select * from final
order by horizon_weeks, window_number
