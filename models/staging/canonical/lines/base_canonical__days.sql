{{ config(
    materialized='table' if setting('edition') == 'canonical' else 'ephemeral'
) }}

with

-- Distinct days as they are stated, with their lines.
stated_days as (

    select
        stated_on,
        week_label,
        case when stated_day between 1 and 1000000 then cast(stated_day as integer) end
            as stated_day,
        count(*) as n_lines
    from {{ ref('base_canonical__lines') }}
    where problem is null
    group by all

),

day_zeros as (

    select
        stated_on - stated_day as day_zero,
        sum(n_lines) as n_lines
    from stated_days
    where stated_on is not null and stated_day is not null
    group by day_zero

),

-- The retailer's own day numbers are kept where most lines agree on the date of day 1.
-- Without dates day 1 has a date of its own.
anchors as (

    select
        coalesce(max(n_lines) > 0.5 * sum(n_lines), false) as is_day_kept,
        case
            when is_day_kept then max_by(day_zero, n_lines)
            else date '{{ var("date_of_day_one") }}' - 1
        end as day_zero
    from day_zeros

),

kinds as (

    select bool_or(stated_on is not null) as has_dates from stated_days

),

final as (

    select
        stated_days.week_label,
        stated_days.n_lines,
        anchors.day_zero,
        anchors.is_day_kept or not kinds.has_dates as is_day_kept,
        coalesce(
            case
                when anchors.is_day_kept or not kinds.has_dates
                    then anchors.day_zero + stated_days.stated_day
            end,
            stated_days.stated_on
        ) as shopping_date
    from stated_days
    cross join anchors
    cross join kinds

)

select * from final
where shopping_date is not null
