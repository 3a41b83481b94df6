with

household_needs as (

    select * from {{ ref('int_household_need_types') }}

),

category_sales as (

    select * from {{ ref('int_category_sales') }}

),

categories as (

    select distinct macro_category as category from {{ ref('departments') }}

),

-- Only cells with households are here. A category without sales in a cell has a row.
cell_totals as (

    select
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type,
        categories.category,
        cast(
            coalesce(sum(category_sales.sales_amount), 0) as decimal(18, 2)
        ) as sales_amount
    from household_needs
    cross join categories
    left join category_sales
        on
            household_needs.household_id = category_sales.household_id
            and categories.category = category_sales.category
    group by
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type,
        categories.category

),

-- Shares are ratios of sums: each dollar counts the same, whoever spent it.
shares as (

    select
        need_option,
        value_tier,
        need_type,
        category,
        sales_amount,
        sum(sales_amount) over (partition by need_option, value_tier, need_type)
            as cell_amount,
        cast(sales_amount as double) / nullif(
            sum(sales_amount) over (partition by need_option, value_tier, need_type),
            0
        ) as sales_share,
        cast(
            sum(sales_amount) over (partition by need_option, value_tier, category)
            as double
        ) / nullif(
            sum(sales_amount) over (partition by need_option, value_tier), 0
        ) as tier_share
    from cell_totals

),

final as (

    select
        need_option,
        value_tier,
        need_type,
        category,
        sales_amount,
        sales_share,
        tier_share,
        tier_share - sales_share as gap,
        tier_share * cell_amount as amount_at_tier_share,
        tier_share * cell_amount - sales_amount as gap_amount
    from shares

)

select * from final
order by need_option, value_tier, need_type, category
