with

visits as (

    select *
    from {{ ref('int_baskets') }}
    where is_visit and transaction_time is not null

),

calendar as (

    select
        *,
        isodow(calendar_date) as weekday_number,
        dayname(calendar_date) as weekday
    from {{ ref('int_calendar') }}
    where has_transactions

),

weekdays as (

    select
        weekday_number,
        count(*) as n_days
    from calendar
    group by weekday_number

),

hours as (

    select
        calendar.weekday_number,
        calendar.weekday,
        extract(hour from visits.transaction_time) as hour,
        count(*) as n_visits,
        count(distinct visits.household_id) as n_households,
        cast(sum(visits.sales_value) as double) as sales,
        sum(visits.n_units) as n_units
    from visits
    inner join calendar on visits.day = calendar.day
    group by all

),

final as (

    select
        hours.weekday_number,
        hours.weekday,
        hours.hour,
        hours.n_visits,
        hours.n_households,
        hours.n_visits / weekdays.n_days as visits_per_day,
        hours.n_visits / sum(hours.n_visits) over () as share_of_visits,
        hours.sales,
        hours.sales / nullif({{ exact_sum('hours.sales', 'over ()') }}, 0)
            as share_of_sales,
        hours.sales / hours.n_visits as sales_per_visit,
        hours.n_units / hours.n_visits as items_per_visit
    from hours
    inner join weekdays on hours.weekday_number = weekdays.weekday_number

)

select * from final
order by weekday_number, hour
