with

lines as (

    select * from {{ ref('int_lines') }}

),

-- The type of a sum is twice as wide as that of its terms. Casting back makes later
-- sums several times faster. Discounts are those on goods that were bought: a return
-- gives back what was paid.
final as (

    select
        basket_id,
        household_id,
        day,
        week,
        -- A basket belongs to one visit to one till.
        min(store_id) as store_id,
        min(transaction_time) as transaction_time,
        -- A receipt of nothing but returns is no visit.
        bool_or(not is_return) as is_visit,
        cast(sum(case when is_item_line then 1 else 0 end) as bigint)
            as n_item_lines,
        cast(sum(n_units) as bigint) as n_units,
        cast(sum(sales_value) as decimal(18, 4)) as sales_value,
        cast(sum(actual_spend) as decimal(18, 4)) as actual_spend,
        {%- for discount in [
            'retail_discount', 'coupon_discount', 'coupon_match_discount'
        ] %}
        cast(
            sum(case when is_return then 0 else {{ discount }} end) as decimal(18, 4)
        ) as {{ discount }},
        {%- endfor %}
        cast(sum(case when is_return then -sales_value else 0 end) as decimal(18, 4))
            as returned_sales,
        count(*) filter (where is_item_line and retail_discount > 0)
            as n_discounted_lines,
        count(*) filter (where is_item_line and brand = 'Private') as n_private_lines,
        count(*) filter (where is_item_line and brand is not null) as n_branded_lines,
        -- Shares are of what was bought: goods that come back are no purchase.
        {%- for category in share_categories() %}
        cast(
            coalesce(
                sum(sales_value) filter (
                    where macro_category = '{{ category }}' and not is_return
                ), 0
            ) as decimal(18, 4)
        ) as {{ category }}_sales,
        {%- endfor %}
        -- A bit for each department of the shop.
        bit_or(department_bit) filter (where is_item_line) as departments
    from lines
    group by basket_id, household_id, day, week

)

select * from final
