with

category_weeks as (

    select *
    from {{ ref('int_category_weeks') }}
    where sales > 0

),

discounts as (

    select * from {{ ref('int_category_discounts') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

-- Whoever bought of a category in the data is in its panel in all weeks.
categories as (

    select
        category,
        count(distinct household_id) as n_households,
        count(distinct week_number) as n_weeks
    from category_weeks
    group by category

),

sales as (

    select
        category,
        week_number,
        {{ exact_sum('sales') }} as sales,
        count(*) as n_buyers
    from category_weeks
    group by category, week_number

),

-- A week in which nobody bought tells no price. Categories that are sold in part of the
-- year only are no panel.
final as (

    select
        discounts.category,
        discounts.week_number,
        categories.n_households,
        discounts.depth,
        {{ depth_bin('discounts.depth') }} as depth_bin,
        lead(discounts.depth) over next_week as next_depth,
        lag(discounts.depth) over next_week as previous_depth,
        sales.sales / categories.n_households as sales,
        sales.n_buyers / categories.n_households as buyer_share
    from discounts
    inner join categories on discounts.category = categories.category
    inner join sales
        on
            discounts.category = sales.category
            and discounts.week_number = sales.week_number
    where
        categories.n_households >= {{ var('min_discount_households') }}
        and categories.n_weeks = (select count(*) from weeks)
    window next_week as (
        partition by discounts.category order by discounts.week_number
    )

)

select
    category,
    week_number,
    n_households,
    depth,
    depth_bin,
    {{ depth_bin('next_depth') }} as next_depth_bin,
    {{ depth_bin('previous_depth') }} as previous_depth_bin,
    sales,
    buyer_share
from final
order by category, week_number
