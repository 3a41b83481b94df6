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

every_day as (

    select
        unnest(generate_series(first_day, last_day)) as day,
        day_zero
    from data_bounds

),

final as (

    select
        every_day.day,
        -- A day on which nobody bought has the week of the last day before it.
        max(observed_days.week) over (order by every_day.day) as week,
        every_day.day_zero + cast(every_day.day as integer) as calendar_date,
        observed_days.day is not null as has_transactions
    from every_day
    left join observed_days on every_day.day = observed_days.day

)

select * from final
order by day
