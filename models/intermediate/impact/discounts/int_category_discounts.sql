with

lines as (

    select *
    from {{ ref('int_lines') }}
    where is_item_line

),

products as (

    select * from {{ ref('stg_products') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

product_weeks as (

    select
        coalesce(products.category, 'UNKNOWN') as category,
        lines.product_id,
        weeks.week_number,
        cast(sum(lines.retail_discount) as double)
        / nullif(cast(sum(lines.sales_value + lines.retail_discount) as double), 0)
            as depth,
        cast(sum(lines.sales_value + lines.retail_discount) as double) as full_price
    from lines
    inner join weeks on lines.week = weeks.week
    left join products on lines.product_id = products.product_id
    group by
        coalesce(products.category, 'UNKNOWN'), lines.product_id, weeks.week_number

),

-- A product's share of the whole year: if a discount sells more of it, the discount of
-- its category in that week does not grow for that.
product_weights as (

    select
        product_id,
        {{ exact_sum('full_price') }} as weight
    from product_weeks
    group by product_id

),

final as (

    select
        product_weeks.category,
        product_weeks.week_number,
        {{ exact_sum('product_weights.weight * product_weeks.depth') }}
        / nullif({{ exact_sum('product_weights.weight') }}, 0) as depth
    from product_weeks
    inner join product_weights on product_weeks.product_id = product_weights.product_id
    where product_weeks.depth is not null
    group by product_weeks.category, product_weeks.week_number

)

select * from final
order by category, week_number
