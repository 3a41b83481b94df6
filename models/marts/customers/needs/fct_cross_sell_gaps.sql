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

-- Cells with households; a category that nobody of a cell buys has a row, too.
cells as (

    select
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type,
        categories.category
    from household_needs
    cross join categories
    group by
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type,
        categories.category

),

cell_sales as (

    select
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type,
        category_sales.category,
        sum(category_sales.sales_amount) as sales_amount
    from household_needs
    inner join category_sales
        on household_needs.household_id = category_sales.household_id
    group by
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type,
        category_sales.category

),

cell_totals as (

    select
        cells.need_option,
        cells.value_tier,
        cells.need_type,
        cells.category,
        cast(coalesce(cell_sales.sales_amount, 0) as decimal(18, 2)) as sales_amount
    from cells
    left join cell_sales
        on
            cells.need_option = cell_sales.need_option
            and cells.value_tier = cell_sales.value_tier
            and cells.need_type = cell_sales.need_type
            and cells.category = cell_sales.category

),

-- Shares are ratios of sums: dollars count alike, whoever spent them.
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
