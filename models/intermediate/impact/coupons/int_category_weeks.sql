with

lines as (

    select * from {{ ref('int_lines') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

final as (

    select
        lines.household_id,
        weeks.week_number,
        coalesce(products.category, 'UNKNOWN') as category,
        cast(sum(lines.sales_value) as double) as sales
    from lines
    inner join weeks on lines.week = weeks.week
    left join products on lines.product_id = products.product_id
    group by
        lines.household_id, weeks.week_number, coalesce(products.category, 'UNKNOWN')

)

select * from final
order by household_id, week_number, category
