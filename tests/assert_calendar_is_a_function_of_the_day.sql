-- If this fails, a day has two weeks, days or weeks are missing, or a week is longer
-- than seven days: recency, tenure and every per-week feature count weeks that never
-- were, and promotions join to the wrong week.

with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

calendar as (

    select * from {{ ref('int_calendar') }}

),

-- The raw day -> week -> date relation, before int_calendar takes one week per day.
split_days as (

    select 'day ' || day || ' has several weeks or dates' as problem
    from transactions
    group by day
    having min(week) != max(week) or min(transacted_on) != max(transacted_on)

),

steps as (

    select
        day,
        week,
        calendar_date,
        lag(day) over (order by day) as previous_day,
        lag(week) over (order by day) as previous_week,
        lag(calendar_date) over (order by day) as previous_date
    from calendar

),

broken_steps as (

    select 'day ' || day || ' does not continue day ' || previous_day as problem
    from steps
    where
        day != previous_day + 1
        or week not between previous_week and previous_week + 1
        or calendar_date != previous_date + 1

),

-- A day without purchases borrows the week before it, which may already be full.
long_weeks as (

    select 'week ' || week || ' has ' || count(*) || ' days' as problem
    from calendar
    where has_transactions
    group by week
    having count(*) > 7

),

problems as (

    select * from split_days
    union all
    select * from broken_steps
    union all
    select * from long_weeks

)

select * from problems
