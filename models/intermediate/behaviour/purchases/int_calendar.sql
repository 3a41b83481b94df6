with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

observed_days as (

    select
        day,
        max(week) as week,
        max(transacted_on) as calendar_date
    from transactions
    group by day

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day,
        max(calendar_date - cast(day as integer)) as day_zero
    from observed_days

),

-- The first day seen of each week.
week_starts as (

    select
        week,
        min(day) as week_start_day
    from observed_days
    group by week

),

every_day as (

    select
        unnest(generate_series(first_day, last_day)) as day,
        day_zero
    from data_bounds

),

known_weeks as (

    select
        every_day.day,
        every_day.day_zero,
        observed_days.day is not null as has_transactions,
        -- A day without a purchase gets the week of the last day before it.
        max(observed_days.week) over (order by every_day.day) as last_week
    from every_day
    left join observed_days on every_day.day = observed_days.day

),

final as (

    select
        known_weeks.day,
        -- A day without a purchase is in the next week from seven days after the week's
        -- first day.
        known_weeks.last_week + case
            when known_weeks.has_transactions then 0
            else (known_weeks.day - week_starts.week_start_day) // 7
        end as week,
        known_weeks.day_zero + cast(known_weeks.day as integer) as calendar_date,
        known_weeks.has_transactions
    from known_weeks
    inner join week_starts on known_weeks.last_week = week_starts.week

)

select * from final
order by day
