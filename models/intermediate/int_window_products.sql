with

feature_windows as (

    select * from {{ ref('int_feature_windows') }}

),

lines as (

    select * from {{ ref('int_lines') }}

),

final as (

    select
        feature_windows.household_id,
        feature_windows.window_id,
        count(distinct lines.product_id) filter (where lines.is_item_line)
            as n_products,
        -- UNKNOWN stands for a missing product row: it is no department of the shop.
        count(distinct lines.department) filter (
            where lines.is_item_line and lines.department != 'UNKNOWN'
        ) as n_departments,
        count(*) filter (where lines.is_item_line and lines.retail_discount > 0)
            as n_discounted_lines,
        count(*) filter (where lines.is_item_line and lines.brand = 'Private')
            as n_private_lines,
        count(*) filter (where lines.is_item_line and lines.brand is not null)
            as n_branded_lines,
        sum(lines.sales_value) filter (where lines.macro_category = 'grocery')
            as grocery_sales,
        sum(lines.sales_value) filter (where lines.macro_category = 'fresh')
            as fresh_sales,
        sum(lines.sales_value) filter (where lines.macro_category = 'bakery')
            as bakery_sales,
        sum(lines.sales_value) filter (where lines.macro_category = 'health_beauty')
            as health_beauty_sales,
        sum(lines.sales_value) filter (where lines.macro_category = 'alcohol')
            as alcohol_sales,
        sum(lines.sales_value) filter (where lines.macro_category = 'other')
            as other_sales
    from feature_windows
    inner join lines
        on
            feature_windows.household_id = lines.household_id
            and lines.day between feature_windows.start_day and feature_windows.end_day
    group by feature_windows.household_id, feature_windows.window_id

)

select * from final
