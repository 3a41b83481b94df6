with

lines as (

    select * from {{ ref('stg_transactions') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

attributes as (

    select * from {{ ref('stg_household_attributes') }}

),

ordered_levels as (

    select * from {{ ref('demographic_levels') }}

),

product_sales as (

    select
        product_id,
        sum(sales_value) as sales_value
    from lines
    group by product_id

),

unmapped_departments as (

    select
        products.department,
        count(*) as n_products,
        sum(coalesce(product_sales.sales_value, 0)) as sales_value
    from products
    left join product_sales on products.product_id = product_sales.product_id
    where not products.is_mapped and products.department is not null
    group by products.department

),

ranked_departments as (

    select
        *,
        row_number() over (order by sales_value desc, department asc) as place
    from unmapped_departments

),

unmapped_totals as (

    select
        count(*) as n_departments,
        sum(sales_value) as sales_value,
        string_agg(department, ', ' order by place) filter (where place <= 10) as names
    from ranked_departments

),

unordered_attributes as (

    select
        attributes.attribute,
        count(distinct attributes.level) as n_levels,
        count(distinct attributes.level) filter (where ordered_levels.level is null)
            as n_unknown,
        min(attributes.level) filter (where ordered_levels.level is null) as example
    from attributes
    semi join ordered_levels as scales on attributes.attribute = scales.attribute
    left join ordered_levels
        on
            attributes.attribute = ordered_levels.attribute
            and attributes.level = ordered_levels.level
    group by attributes.attribute

),

final as (

    select
        'departments without a category' as finding,
        cast(n_departments as double) as number,
        'Departments that seed departments does not have: ' || n_departments || ' ('
        || names || '): their products count as category other. Add a column '
        || 'macro_category to products, if their shares of sales should be features.'
            as sentence
    from unmapped_totals
    where n_departments > 0
    union all
    select
        'levels without an order' as finding,
        cast(n_unknown as double) as number,
        'households.' || attribute || ': levels that seed demographic_levels does not '
        || 'have: ' || n_unknown || ' of ' || n_levels || ' (such as ' || example
        || '), so it is used as groups without an order.' as sentence
    from unordered_attributes
    where n_unknown > 0
    union all
    select
        'products without a row' as finding,
        cast(count(*) as double) as number,
        'Products of transactions without a row in products: '
        || count(*) || '. They stay, without a department.' as sentence
    from product_sales
    anti join products on product_sales.product_id = products.product_id
    having count(*) > 0

)

select * from final
order by finding, sentence
