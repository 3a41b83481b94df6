with

sold_products as (

    select
        *,
        count(*) over (partition by department) as n_products,
        case when least(shelf_price, n_units) > 0 then ln(shelf_price) end as log_price,
        case when least(shelf_price, n_units) > 0 then ln(n_units) end as log_units
    from {{ ref('dim_products') }}
    where n_households > 0

),

products as (

    select
        *,
        log_price - {{ exact_avg('log_price', 'over (partition by department)') }}
            as price_deviation,
        log_units - {{ exact_avg('log_units', 'over (partition by department)') }}
            as units_deviation
    from sold_products

),

product_households as (

    select * from {{ ref('int_product_households') }}

),

department_households as (

    select
        products.department,
        count(distinct product_households.household_id) as n_households
    from product_households
    inner join products on product_households.product_id = products.product_id
    group by products.department

),

departments as (

    select
        department,
        bool_and(counts_units) as counts_units,
        count(distinct category) as n_categories,
        count(distinct subcategory) as n_subcategories,
        count(distinct manufacturer_id) as n_manufacturers,
        count(*) as n_products,
        {{ exact_sum('sales') }} as sales,
        max(case
            when department_rank <= ceil(0.2 * n_products)
                then cumulative_share_of_department
        end) as top_fifth_share,
        sum(case when cumulative_share_of_department < 0.8 then 1 else 0 end)
            as n_products_before_80_percent,
        {{ exact_sum("case when brand = 'Private' then sales else 0 end") }}
            as private_sales,
        {{ exact_sum('retail_discount') }} as retail_discount,
        {{ exact_sum('quantity') }} / sum(n_baskets) as quantity_per_line,
        sum(n_units) as n_units,
        {{ exact_sum('repeat_rate * n_households') }} as n_repeat_buyers,
        sum(n_households) as n_buyers,
        {{ exact_avg('shelf_price') }} as mean_shelf_price,
        quantile_cont(shelf_price, [0.25, 0.5, 0.75]) as shelf_prices,
        median(unit_price) as median_unit_price,
        {{ exact_sum('sales * shelf_price_std_dev / nullif(shelf_price, 0)') }}
        / nullif({{ exact_sum(
            'case when shelf_price > 0 and shelf_price_std_dev >= 0 then sales end'
        ) }}, 0) as price_variation,
        -- Of a few products a correlation says nothing.
        case
            when count(log_price) >= 30
                then {{ correlation('price_deviation', 'units_deviation') }}
        end as price_quantity_correlation
    from products
    group by department

),

final as (

    select
        departments.department,
        departments.counts_units,
        departments.n_categories,
        departments.n_subcategories,
        departments.n_manufacturers,
        departments.n_products,
        department_households.n_households,
        departments.sales,
        departments.sales / {{ exact_sum('departments.sales', 'over ()') }}
            as share_of_sales,
        departments.top_fifth_share,
        (departments.n_products_before_80_percent + 1) / departments.n_products
            as share_of_products_for_80_percent,
        departments.private_sales / nullif(departments.sales, 0) as private_share,
        departments.n_repeat_buyers / departments.n_buyers as repeat_rate,
        departments.quantity_per_line,
        departments.mean_shelf_price,
        departments.shelf_prices[1] as lower_quartile_shelf_price,
        departments.shelf_prices[2] as median_shelf_price,
        departments.shelf_prices[3] as upper_quartile_shelf_price,
        departments.median_unit_price,
        departments.price_variation,
        departments.sales / nullif(departments.n_units, 0) as price_paid_per_unit,
        departments.retail_discount
        / nullif(departments.sales + departments.retail_discount, 0) as discount_share,
        departments.price_quantity_correlation
    from departments
    inner join department_households
        on departments.department = department_households.department

)

select * from final
order by sales desc, department asc
