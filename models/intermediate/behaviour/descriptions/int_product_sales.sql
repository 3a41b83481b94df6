with

lines as (

    select *
    from {{ ref('int_lines') }}
    where is_item_line

),

product_lines as (

    select
        product_id,
        cast(sum(quantity) as double) as quantity,
        cast(sum(n_units) as bigint) as n_units,
        cast(sum(sales_value) as double) as sales,
        cast(sum(retail_discount) as double) as retail_discount,
        {{ exact_avg('shelf_price') }} as shelf_price,
        {{ exact_avg('unit_price') }} as unit_price,
        -- How much the price of one product moves from line to line.
        {{ exact_std_dev('shelf_price') }} as shelf_price_std_dev
    from lines
    group by product_id

),

product_households as (

    select
        product_id,
        count(*) as n_households,
        count(*) filter (where n_baskets > 1) as n_repeat_households,
        cast(sum(n_baskets) as bigint) as n_baskets
    from {{ ref('int_product_households') }}
    group by product_id

),

final as (

    select
        product_lines.product_id,
        product_households.n_households,
        product_households.n_repeat_households,
        product_households.n_baskets,
        product_lines.quantity,
        product_lines.n_units,
        product_lines.sales,
        product_lines.retail_discount,
        product_lines.shelf_price,
        product_lines.unit_price,
        product_lines.shelf_price_std_dev
    from product_lines
    inner join product_households
        on product_lines.product_id = product_households.product_id

)

select * from final
order by product_id
