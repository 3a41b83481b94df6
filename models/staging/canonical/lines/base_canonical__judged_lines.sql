{#- A view, so that only the columns which a step needs are read. -#}
{{ config(materialized='view' if setting('edition') == 'canonical' else 'ephemeral') }}

with

-- One row, even where no line has a date.
calendar as (

    select
        calendar.*,
        weeks.week_zero
    from {{ ref('base_canonical__calendar') }} as calendar
    cross join {{ ref('base_canonical__weeks') }} as weeks

),

-- The label that most lines of a date have.
date_labels as (

    select
        shopping_date,
        max_by(week_label, (n_lines, week_label)) as date_label
    from {{ ref('base_canonical__days') }}
    group by shopping_date

),

dated_lines as (

    select
        lines.*,
        calendar.is_day_kept,
        calendar.day_zero,
        calendar.first_date,
        calendar.last_date,
        calendar.week_zero,
        case
            when calendar.is_day_kept and lines.stated_day between 1 and 1000000
                then calendar.day_zero + cast(lines.stated_day as integer)
            else lines.stated_on
        end as transacted_on
    from {{ ref('base_canonical__lines') }} as lines
    cross join calendar

),

judged_lines as (

    select
        dated_lines.*,
        dated_lines.transacted_on - dated_lines.day_zero as day,
        (dated_lines.transacted_on - dated_lines.week_zero) // 7 as week,
        case
            when dated_lines.problem is not null then dated_lines.problem
            -- Dates cannot count as far as a million days.
            when
                dated_lines.is_day_kept
                and dated_lines.stated_day
                not between 1 and {{ edition_value('last_day') or 1000000 }}
                then 'day is outside the calendar'
            when dated_lines.stated_on != dated_lines.transacted_on
                then 'day and date disagree'
            when
                dated_lines.transacted_on
                not between dated_lines.first_date and dated_lines.last_date
                then {{ far_date_reason() }}
            when dated_lines.week_label != date_labels.date_label
                then 'day and week disagree'
        end as reject_reason
    from dated_lines
    left join date_labels on dated_lines.transacted_on = date_labels.shopping_date

),

-- Lines without a receipt number are one basket for each household, day and store.
final as (

    select
        * replace (
            coalesce(basket_id, {{ reused_basket_key('judged_lines') }}) as basket_id
        )
    from judged_lines

)

select * from final
