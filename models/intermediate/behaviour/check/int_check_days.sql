with

calendar as (

    select * from {{ ref('int_calendar') }}

),

lines as (

    select * from {{ ref('stg_transactions') }}

),

shopping_days as (

    select
        day,
        calendar_date,
        lag(day) over (order by day) as previous_day,
        lag(calendar_date) over (order by day) as previous_date
    from calendar
    where has_transactions

),

gaps as (

    select
        day,
        previous_date,
        calendar_date,
        day - previous_day - 1 as n_empty_days
    from shopping_days
    where day - previous_day > 7

),

line_counts as (

    select count(*) as n_lines from lines

),

lines_behind_gaps as (

    select
        gaps.day,
        gaps.previous_date,
        gaps.calendar_date,
        gaps.n_empty_days,
        count(*) as n_lines,
        count(*) / max(line_counts.n_lines) as line_share
    from gaps
    inner join lines on gaps.day <= lines.day
    cross join line_counts
    group by all

),

largest_gaps as (

    select * from lines_behind_gaps
    order by n_empty_days desc, day asc
    limit 3

),

long_ranges as (

    select
        min(calendar_date) as first_date,
        max(calendar_date) as last_date,
        count(distinct week) as n_weeks,
        count(distinct case when has_transactions then week end) as n_shopping_weeks
    from calendar

),

final as (

    select
        'gap before the last days' as finding,
        n_empty_days as number,
        'No sale from ' || (previous_date + 1) || ' to ' || (calendar_date - 1) || ': '
        || {{ counted('n_empty_days', 'day') }} || '. After it: '
        || {{ counted('n_lines', 'line') }} || ' ('
        || round(100 * line_share, 2) || ' % of all).'
        || case
            when line_share < 0.01
                then ' A till whose clock is wrong? Mend the dates, or recency and '
                    || 'every window count from the wrong end.'
            else ' Are files missing?'
        end as sentence
    from largest_gaps
    union all
    select
        'weeks without sales' as finding,
        n_weeks - n_shopping_weeks as number,
        'Weeks without a sale from ' || first_date || ' to ' || last_date || ': '
        || (n_weeks - n_shopping_weeks) || ' of ' || n_weeks || '. Are files missing?'
            as sentence
    from long_ranges
    where n_shopping_weeks < n_weeks

)

select * from final
order by finding asc, number desc
