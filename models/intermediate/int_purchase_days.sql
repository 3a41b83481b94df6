with

baskets as (

    select * from {{ ref('int_baskets') }}

),

household_days as (

    select
        household_id,
        day,
        week,
        count(*) as n_baskets,
        sum(n_item_lines) as n_item_lines,
        sum(n_units) as n_units,
        sum(sales_value) as sales_value,
        sum(actual_spend) as actual_spend,
        sum(retail_discount) as retail_discount,
        sum(coupon_discount) as coupon_discount,
        sum(coupon_match_discount) as coupon_match_discount,
        -- Whole cents squared: sums of whole numbers are exact in any order, so the
        -- standard deviation built from them does not depend on the thread count.
        sum(cast(sales_value * 100 as bigint) * cast(sales_value * 100 as bigint))
            as squared_basket_cents
    from baskets
    group by household_id, day, week

),

final as (

    select
        household_days.*,
        lag(day) over (partition by household_id order by day) as previous_day
    from household_days

)

select * from final
order by household_id, day
