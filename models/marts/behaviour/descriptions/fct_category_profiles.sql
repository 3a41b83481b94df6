with

products as (

    select
        *,
        coalesce(category, 'UNKNOWN') as known_category
    from {{ ref('dim_products') }}
    where n_households > 0

),

product_households as (

    select * from {{ ref('int_product_households') }}

),

category_households as (

    select
        products.department,
        products.known_category as category,
        product_households.household_id,
        sum(product_households.n_baskets) as n_lines,
        {{ exact_sum('product_households.sales') }} as sales
    from product_households
    inner join products on product_households.product_id = products.product_id
    group by all

),

shop as (

    select
        count(distinct household_id) as n_households,
        {{ exact_sum('sales') }} as sales
    from category_households

),

buyers as (

    select
        department,
        category,
        count(*) as n_households,
        count(*) filter (where n_lines > 1) as n_repeat_households,
        {{ exact_sum('sales') }} as sales,
        median(sales) as median_sales_per_buyer
    from category_households
    group by department, category

),

categories as (

    select
        department,
        known_category as category,
        count(*) as n_products,
        count(distinct subcategory) as n_subcategories,
        count(distinct manufacturer_id) as n_manufacturers,
        median(shelf_price) as median_shelf_price,
        {{ exact_sum('retail_discount') }} as retail_discount,
        {{ exact_sum("case when brand = 'Private' then sales else 0 end") }}
            as private_sales
    from products
    group by department, known_category

),

final as (

    select
        categories.department,
        categories.category,
        categories.n_subcategories,
        categories.n_manufacturers,
        categories.n_products,
        buyers.n_households,
        buyers.n_households / shop.n_households as penetration,
        buyers.n_repeat_households / buyers.n_households as repeat_rate,
        buyers.sales,
        buyers.sales / nullif(shop.sales, 0) as share_of_sales,
        row_number() over best_sellers as sales_rank,
        -- Pareto: what this category and all larger ones have of the shop's sales.
        {{ exact_sum('buyers.sales', 'over best_sellers') }} / nullif(shop.sales, 0)
            as cumulative_share_of_sales,
        buyers.sales / buyers.n_households as sales_per_buyer,
        buyers.median_sales_per_buyer,
        categories.private_sales / nullif(buyers.sales, 0) as private_share,
        categories.retail_discount
        / nullif(buyers.sales + categories.retail_discount, 0) as discount_share,
        categories.median_shelf_price
    from categories
    inner join buyers
        on
            categories.department = buyers.department
            and categories.category = buyers.category
    cross join shop
    window best_sellers as (
        order by
            buyers.sales desc, categories.department asc, categories.category asc
        rows between unbounded preceding and current row
    )

)

select * from final
order by sales_rank
