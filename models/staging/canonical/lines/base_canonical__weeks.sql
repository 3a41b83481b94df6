{{ config(
    materialized='table' if setting('edition') == 'canonical' else 'ephemeral'
) }}
{% set weekdays = [
    'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'
] %}

with

calendar as (

    select * from {{ ref('base_canonical__calendar') }}

),

-- The label that most lines of a date have; of a tie the last in the alphabet.
label_counts as (

    select
        days.shopping_date,
        days.week_label,
        sum(days.n_lines) as n_lines
    from {{ ref('base_canonical__days') }} as days
    inner join calendar
        on days.shopping_date between calendar.first_date and calendar.last_date
    group by all

),

date_labels as (

    select
        shopping_date,
        max_by(week_label, (n_lines, week_label)) as week_label
    from label_counts
    where week_label is not null
    group by shopping_date

),

label_changes as (

    select
        shopping_date,
        shopping_date - lag(shopping_date) over (order by shopping_date) as n_days,
        week_label != lag(week_label) over (order by shopping_date) as is_change
    from date_labels

),

-- The weekday on which labels change from one day to the next.
week_starts as (

    select
        coalesce(
            mode(isodow(shopping_date)),
            {{ weekdays.index(setting('week_starts_on') | lower) + 1 }}
        ) as weekday
    from label_changes
    where is_change and n_days = 1

),

-- The week before the first one begins here.
week_zeros as (

    select
        week_starts.weekday,
        calendar.first_date
        - cast((isodow(calendar.first_date) - week_starts.weekday + 7) % 7 as integer)
        - 7 as week_zero
    from calendar
    cross join week_starts

),

-- Labels that count weeks by one are kept as numbers, from whatever number they start.
label_shifts as (

    select
        try_cast(date_labels.week_label as integer)
        - (date_labels.shopping_date - week_zeros.week_zero) // 7 as shift,
        count(*) as n_dates
    from date_labels
    cross join week_zeros
    group by shift

),

kept_shifts as (

    select
        case
            when max_by(shift, n_dates) >= 0 and max(n_dates) >= 0.9 * sum(n_dates)
                then max_by(shift, n_dates)
            else 0
        end as shift
    from label_shifts

),

final as (

    select week_zeros.week_zero - cast(7 * kept_shifts.shift as integer) as week_zero
    from week_zeros
    cross join kept_shifts

)

select * from final
