with

lines as (

    select *
    from {{ ref('int_lines') }}
    where is_item_line

),

product_households as (

    select
        department,
        product_id,
        household_id,
        count(distinct basket_id) as n_baskets,
        cast(sum(sales_value) as double) as sales,
        cast(sum(sales_value + retail_discount) as double) as full_price,
        cast(sum(retail_discount) as double) as retail_discount,
        sum(n_units) as n_units
    from lines
    group by department, product_id, household_id

),

products as (

    select
        department,
        product_id,
        count(*) as n_buyers,
        count(*) filter (where n_baskets > 1) as n_repeat_buyers,
        {{ exact_sum('sales') }} as sales,
        {{ exact_sum('full_price') }} as full_price,
        {{ exact_sum('retail_discount') }} as retail_discount,
        sum(n_units) as n_units
    from product_households
    group by department, product_id

),

ranked_products as (

    select
        *,
        row_number() over (partition by department order by sales desc, product_id)
        <= ceil(0.2 * count(*) over (partition by department)) as is_top_fifth,
        full_price / nullif(n_units, 0) as shelf_price
    from products

),

department_households as (

    select
        department,
        count(distinct household_id) as n_households
    from product_households
    group by department

),

departments as (

    select
        department,
        count(*) as n_products,
        {{ exact_sum('sales') }} as sales,
        {{ exact_sum('case when is_top_fifth then sales else 0 end') }} as top_sales,
        {{ exact_sum('retail_discount') }} as retail_discount,
        {{ exact_sum('full_price') }} as full_price,
        sum(n_units) as n_units,
        sum(n_buyers) as n_buyers,
        sum(n_repeat_buyers) as n_repeat_buyers,
        median(shelf_price) as median_shelf_price,
        -- Of a few products a correlation says nothing.
        case
            when count(*) filter (where least(shelf_price, n_units) > 0) >= 30
                then corr(
                    case when least(shelf_price, n_units) > 0 then ln(shelf_price) end,
                    case when least(shelf_price, n_units) > 0 then ln(n_units) end
                )
        end as price_quantity_correlation
    from ranked_products
    group by department

),

final as (

    select
        departments.department,
        departments.n_products,
        department_households.n_households,
        departments.sales,
        departments.sales / sum(departments.sales) over () as share_of_sales,
        departments.top_sales / nullif(departments.sales, 0) as top_fifth_share,
        departments.n_repeat_buyers / departments.n_buyers as repeat_rate,
        departments.median_shelf_price,
        departments.sales / nullif(departments.n_units, 0) as price_paid_per_unit,
        departments.retail_discount / nullif(departments.full_price, 0)
            as discount_share,
        departments.price_quantity_correlation
    from departments
    inner join department_households
        on departments.department = department_households.department

)

select * from final
order by sales desc, department
