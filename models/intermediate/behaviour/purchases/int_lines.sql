-- A view: a join with a small table costs less than writing every line again.
{{ config(materialized='view') }}

{%- set categories = "'" ~ share_categories() | join("', '") ~ "'" %}

with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

final as (

    select
        transactions.household_id,
        transactions.basket_id,
        transactions.product_id,
        transactions.store_id,
        transactions.day,
        transactions.week,
        transactions.transaction_time,
        -- A line without a product row stays, with a department of its own.
        coalesce(products.department, 'UNKNOWN') as department,
        -- A category that has no feature of its own is one of the others.
        case
            when lower(products.macro_category) in ({{ categories }})
                then lower(products.macro_category)
            else 'other'
        end as macro_category,
        coalesce(
            products.is_mapped and lower(products.macro_category) in ({{ categories }}),
            false
        ) as is_mapped,
        products.brand,
        -- Goods that come back count for money only.
        transactions.is_return,
        -- Lines with quantity 0 are coupons. They count for money only.
        transactions.quantity > 0 and not transactions.is_return as is_item_line,
        -- Some departments, such as fuel, count thousandths of a unit. A line of goods
        -- sold by weight, 0.345 say, is one unit.
        cast(
            case
                when transactions.quantity <= 0 or transactions.is_return then 0
                when not coalesce(products.counts_units, true) then 0
                when transactions.quantity != floor(transactions.quantity) then 1
                else transactions.quantity
            end as bigint
        ) as n_units,
        transactions.quantity,
        -- For one of the quantity, before any discount and as the shop got it.
        -- Thousandths of a unit have no price.
        case
            when transactions.quantity <= 0 or transactions.is_return then null
            when coalesce(products.counts_units, true)
                then {{ ratio(
                    '(transactions.sales_value + transactions.retail_discount '
                    ~ '+ transactions.coupon_match_discount)',
                    'transactions.quantity'
                ) }}
        end as shelf_price,
        case
            when transactions.quantity <= 0 or transactions.is_return then null
            when coalesce(products.counts_units, true)
                then {{ ratio('transactions.sales_value', 'transactions.quantity') }}
        end as unit_price,
        transactions.sales_value,
        transactions.sales_value - transactions.coupon_discount as actual_spend,
        transactions.retail_discount,
        transactions.coupon_discount,
        transactions.coupon_match_discount
    from transactions
    left join products on transactions.product_id = products.product_id

)

select * from final
