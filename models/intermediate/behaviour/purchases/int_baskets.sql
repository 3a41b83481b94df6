with

lines as (

    select * from {{ ref('int_lines') }}

),

-- The type of a sum is twice as wide as that of its terms. Casting back makes later
-- sums several times faster.
final as (

    select
        basket_id,
        household_id,
        day,
        week,
        cast(sum(case when is_item_line then 1 else 0 end) as bigint)
            as n_item_lines,
        cast(sum(n_units) as bigint) as n_units,
        cast(sum(sales_value) as decimal(12, 2)) as sales_value,
        cast(sum(actual_spend) as decimal(12, 2)) as actual_spend,
        cast(sum(retail_discount) as decimal(12, 2)) as retail_discount,
        cast(sum(coupon_discount) as decimal(12, 2)) as coupon_discount,
        cast(sum(coupon_match_discount) as decimal(12, 2)) as coupon_match_discount
    from lines
    group by basket_id, household_id, day, week

)

select * from final
