with

households as (

    select distinct household_id from {{ ref('int_purchase_days') }}

),

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day,
        -- Both halves have the same length. If the number of days is odd, the middle
        -- day is left out.
        cast(greatest(1, floor((max(day) - min(day) + 1) / 2.0)) as bigint)
            as n_half_days
    from {{ ref('int_calendar') }}

),

fixed_windows as (

    select
        'full' as window_id,
        first_day as start_day,
        last_day as end_day
    from data_bounds
    union all
    select
        'first_half' as window_id,
        first_day as start_day,
        first_day + n_half_days - 1 as end_day
    from data_bounds
    union all
    select
        'second_half' as window_id,
        last_day - n_half_days + 1 as start_day,
        last_day as end_day
    from data_bounds
    union all
    select
        'latest' as window_id,
        last_day - {{ edition_value('lookback_days') }} + 1 as start_day,
        last_day as end_day
    from data_bounds

),

-- Designs that share a household and campaign share the look-back, too.
lookback_windows as (

    select distinct
        household_id,
        window_id,
        lookback_start_day as start_day,
        lookback_end_day as end_day
    from trial_units

),

final as (

    select
        households.household_id,
        fixed_windows.window_id,
        fixed_windows.start_day,
        fixed_windows.end_day
    from households
    cross join fixed_windows
    union all
    select
        household_id,
        window_id,
        start_day,
        end_day
    from lookback_windows

)

select * from final
order by household_id, window_id
