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

-- Many lines are summed by numbers, which take less memory than names.
categories as (

    select
        category,
        row_number() over (order by category) as category_number
    from products
    where category != 'UNKNOWN'
    group by category

),

product_numbers as (

    select
        products.product_id,
        categories.category_number
    from products
    inner join categories on products.category = categories.category

),

sums as (

    select
        lines.household_id,
        weeks.week_number,
        product_numbers.category_number,
        cast(sum(lines.sales_value) as double) as sales
    from lines
    inner join weeks on lines.week = weeks.week
    left join product_numbers on lines.product_id = product_numbers.product_id
    group by lines.household_id, weeks.week_number, product_numbers.category_number

),

final as (

    select
        sums.household_id,
        sums.week_number,
        coalesce(categories.category, 'UNKNOWN') as category,
        sums.sales
    from sums
    left join categories on sums.category_number = categories.category_number

)

select * from final
order by household_id, week_number, category
