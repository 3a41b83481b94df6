{#- The editions completejourney and dunnhumby, whose lines must be as their publisher
    describes them. -#}
{{ config(materialized='ephemeral') }}

with

numbered_lines as (

    select * from {{ ref('base_published_numbered_lines') }}

),

day_week_counts as (

    select
        day,
        week,
        count(*) as n_lines
    from numbered_lines
    group by day, week

),

-- The week that most lines of a day have; of a tie the earlier week.
day_weeks as (

    select
        day,
        max_by(week, n_lines * 1000000 - week) as calendar_week
    from day_week_counts
    group by day

),

-- Most lines agree on the date of day 1. A line that does not has a wrong day or date.
first_dates as (

    select mode(transacted_on - cast(day as integer)) as day_zero
    from numbered_lines
    where day between 1 and 1000000

),

judged_lines as (

    select
        numbered_lines.*,
        day_weeks.calendar_week,
        first_dates.day_zero
    from numbered_lines
    left join day_weeks on numbered_lines.day = day_weeks.day
    cross join first_dates

),

final as (

    select
        household_id,
        basket_id,
        product_id,
        store_id,
        day,
        week,
        quantity,
        sales_value,
        retail_discount,
        coupon_discount,
        coupon_match_discount,
        transacted_on,
        transaction_time,
        false as is_nobody,
        1 as n_raw_rows,
        case
            when household_id is null then 'household_id is not a whole number'
            when basket_id is null then 'basket_id is not a whole number'
            when product_id is null then 'product_id is not a whole number'
            when store_id is null then 'store_id is not a whole number'
            when day is null then 'day is not a whole number'
            -- Dates cannot count as far as a million days.
            when day not between 1 and {{ edition_value('last_day') or 1000000 }}
                then 'day is outside the calendar'
            when week is null then 'week is not a whole number'
            when transacted_on is null then 'transacted_on is not a date'
            when quantity is null then 'quantity is not a whole number'
            when sales_value is null then 'sales_value is not a number'
            when retail_discount is null then 'retail_discount is not a number'
            when coupon_discount is null then 'coupon_discount is not a number'
            when coupon_match_discount is null
                then 'coupon_match_discount is not a number'
            when quantity < 0 then 'negative quantity'
            when sales_value < 0 then 'negative money: sales_value'
            when retail_discount < 0 then 'negative money: retail_discount'
            when coupon_discount < 0 then 'negative money: coupon_discount'
            when coupon_match_discount < 0 then 'negative money: coupon_match_discount'
            when transacted_on - cast(day as integer) != day_zero
                then 'day and date disagree'
            when week != calendar_week then 'day and week disagree'
            when key_row_number > 1 then 'duplicated key (basket_id, product_id)'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from judged_lines

)

select * from final
