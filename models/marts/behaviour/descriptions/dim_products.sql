with

products as (

    select * from {{ ref('stg_products') }}

),

sold as (

    select * from {{ ref('int_product_sales') }}

),

-- Products without a product row were sold, too.
all_products as (

    select
        coalesce(products.product_id, sold.product_id) as product_id,
        coalesce(products.department, 'UNKNOWN') as department,
        products.category,
        products.subcategory,
        products.brand,
        products.manufacturer_id,
        products.package_size,
        coalesce(products.counts_units, true) as counts_units,
        coalesce(sold.n_households, 0) as n_households,
        sold.n_repeat_households / sold.n_households as repeat_rate,
        coalesce(sold.n_baskets, 0) as n_baskets,
        coalesce(sold.quantity, 0) as quantity,
        coalesce(sold.n_units, 0) as n_units,
        coalesce(sold.sales, 0) as sales,
        coalesce(sold.retail_discount, 0) as retail_discount,
        sold.shelf_price,
        sold.unit_price,
        sold.shelf_price_std_dev
    from products
    full join sold on products.product_id = sold.product_id

),

final as (

    select
        product_id,
        {{ source_id('product_id', 'product') }} as source_product_id,
        department,
        category,
        subcategory,
        brand,
        manufacturer_id,
        package_size,
        counts_units,
        n_households,
        repeat_rate,
        n_baskets,
        quantity,
        n_units,
        sales,
        retail_discount,
        row_number() over best_sellers as department_rank,
        -- Pareto: what this product and all better sellers have of the department.
        {{ exact_sum('sales', 'over best_sellers') }}
        / nullif({{ exact_sum('sales', 'over (partition by department)') }}, 0)
            as cumulative_share_of_department,
        shelf_price,
        unit_price,
        shelf_price_std_dev
    from all_products
    window best_sellers as (
        partition by department
        order by sales desc, product_id asc
        rows between unbounded preceding and current row
    )

)

select * from final
order by product_id
