with

lines as (

    select * from {{ ref('int_lines') }}

),

final as (

    select
        basket_id,
        household_id,
        day,
        week,
        sum(case when is_item_line then 1 else 0 end) as n_item_lines,
        sum(n_units) as n_units,
        sum(sales_value) as sales_value,
        sum(actual_spend) as actual_spend,
        sum(retail_discount) as retail_discount,
        sum(coupon_discount) as coupon_discount,
        sum(coupon_match_discount) as coupon_match_discount
    from lines
    group by basket_id, household_id, day, week

)

select * from final
