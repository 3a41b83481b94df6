-- A view: a join with a small table costs less than writing every line again.
{{ config(materialized='view') }}

{%- set categories = "'" ~ share_categories() | join("', '") ~ "'" %}

with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

departments as (

    select
        department,
        row_number() over (order by department) as number,
        count(*) over () as n_departments
    from {{ ref('stg_products') }}
    where department != 'UNKNOWN'
    group by department

),

-- What is the same for all lines of a product is worked out once.
products as (

    select
        products.product_id,
        products.department,
        products.brand,
        products.counts_units,
        -- A category that has no feature of its own is one of the others.
        coalesce(
            lower(products.macro_category) in ({{ categories }}), false
        ) as has_category,
        case when has_category then lower(products.macro_category) else 'other' end
            as macro_category,
        products.is_mapped and has_category as is_mapped,
        set_bit(
            cast(repeat('0', cast(departments.n_departments as integer)) as bit),
            cast(departments.number - 1 as integer),
            1
        ) as department_bit
    from {{ ref('stg_products') }} as products
    left join departments on products.department = departments.department

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
        products.department_bit,
        coalesce(products.macro_category, 'other') as macro_category,
        coalesce(products.is_mapped, false) as is_mapped,
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
                when transactions.quantity % 1 != 0 then 1
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
