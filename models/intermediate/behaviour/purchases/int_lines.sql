-- A view: two joins with small tables cost less than writing every line again.
{{ config(materialized='view') }}

with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

departments as (

    select * from {{ ref('departments') }}

),

final as (

    select
        transactions.household_id,
        transactions.basket_id,
        transactions.product_id,
        transactions.day,
        transactions.week,
        -- A line without a product row stays, with a department of its own.
        coalesce(products.department, 'UNKNOWN') as department,
        departments.macro_category,
        products.brand,
        -- Lines with quantity 0 are coupons. They count for money only.
        transactions.quantity > 0 as is_item_line,
        -- Some departments, such as fuel, count thousandths of a unit.
        case when departments.counts_units then transactions.quantity else 0 end
            as n_units,
        transactions.sales_value,
        transactions.sales_value - transactions.coupon_discount as actual_spend,
        transactions.retail_discount,
        transactions.coupon_discount,
        transactions.coupon_match_discount
    from transactions
    left join products on transactions.product_id = products.product_id
    left join departments
        on coalesce(products.department, 'UNKNOWN') = departments.department

)

select * from final
