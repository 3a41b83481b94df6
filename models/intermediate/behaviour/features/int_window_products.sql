with

feature_windows as (

    select * from {{ ref('int_feature_windows') }}

),

lines as (

    select * from {{ ref('int_lines') }}

),

-- Counting distinct values stores the group's key with each value. One number per
-- window is a smaller key than a household and a name.
numbered_windows as (

    select
        household_id,
        window_id,
        start_day,
        end_day,
        row_number() over (order by household_id, window_id) as window_number
    from feature_windows

),

-- Each line is classified once, not once for each of its windows.
classified_lines as (

    select
        household_id,
        day,
        -- Shares are of what was bought: goods that come back are no purchase.
        case when not is_return then sales_value end as sales_value,
        case when is_item_line then product_id end as bought_product_id,
        -- UNKNOWN marks a missing product row. It is no department of the shop.
        case when is_item_line and department != 'UNKNOWN' then department end
            as bought_department,
        is_item_line and retail_discount > 0 as is_discounted,
        is_item_line and brand = 'Private' as is_private,
        is_item_line and brand is not null as is_branded,
        macro_category = 'grocery' as is_grocery,
        macro_category = 'fresh' as is_fresh,
        macro_category = 'bakery' as is_bakery,
        macro_category = 'health_beauty' as is_health_beauty,
        macro_category = 'alcohol' as is_alcohol,
        macro_category = 'other' as is_other
    from lines

),

window_totals as (

    select
        windows.window_number,
        count(distinct lines.bought_product_id) as n_products,
        count(distinct lines.bought_department) as n_departments,
        count(*) filter (where lines.is_discounted) as n_discounted_lines,
        count(*) filter (where lines.is_private) as n_private_lines,
        count(*) filter (where lines.is_branded) as n_branded_lines,
        sum(lines.sales_value) filter (where lines.is_grocery) as grocery_sales,
        sum(lines.sales_value) filter (where lines.is_fresh) as fresh_sales,
        sum(lines.sales_value) filter (where lines.is_bakery) as bakery_sales,
        sum(lines.sales_value) filter (where lines.is_health_beauty)
            as health_beauty_sales,
        sum(lines.sales_value) filter (where lines.is_alcohol) as alcohol_sales,
        sum(lines.sales_value) filter (where lines.is_other) as other_sales
    from numbered_windows as windows
    inner join classified_lines as lines
        on
            windows.household_id = lines.household_id
            and lines.day between windows.start_day and windows.end_day
    group by windows.window_number

),

final as (

    select
        numbered_windows.household_id,
        numbered_windows.window_id,
        window_totals.n_products,
        window_totals.n_departments,
        window_totals.n_discounted_lines,
        window_totals.n_private_lines,
        window_totals.n_branded_lines,
        window_totals.grocery_sales,
        window_totals.fresh_sales,
        window_totals.bakery_sales,
        window_totals.health_beauty_sales,
        window_totals.alcohol_sales,
        window_totals.other_sales
    from window_totals
    inner join numbered_windows
        on window_totals.window_number = numbered_windows.window_number

)

select * from final
