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
        cast(sum(n_item_lines) as bigint) as n_item_lines,
        cast(sum(n_units) as bigint) as n_units,
        cast(sum(sales_value) as decimal(12, 2)) as sales_value,
        cast(sum(actual_spend) as decimal(12, 2)) as actual_spend,
        cast(sum(retail_discount) as decimal(12, 2)) as retail_discount,
        cast(sum(coupon_discount) as decimal(12, 2)) as coupon_discount,
        cast(sum(coupon_match_discount) as decimal(12, 2)) as coupon_match_discount,
        -- Squares of whole cents have exact sums in any order, so that the standard
        -- deviation does not depend on the number of threads.
        sum(cast(sales_value * 100 as bigint) * cast(sales_value * 100 as bigint))
            as squared_basket_cents
    from baskets
    group by household_id, day, week

),

final as (

    select
        household_days.*,
        lag(household_days.day)
            over (partition by household_days.household_id order by household_days.day)
            as previous_day
    from household_days

)

select * from final
