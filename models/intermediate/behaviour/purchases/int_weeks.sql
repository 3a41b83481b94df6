with

calendar as (

    select * from {{ ref('int_calendar') }}

),

weeks as (

    select
        week,
        min(day) as first_day,
        max(day) as last_day,
        count(*) as n_days
    from calendar
    group by week

),

final as (

    select
        week,
        row_number() over (order by week) as week_number,
        first_day,
        last_day,
        n_days,
        n_days = 7 as is_whole
    from weeks

)

select * from final
order by week
