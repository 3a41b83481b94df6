with

feature_windows as (

    select * from {{ ref('int_feature_windows') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

calendar as (

    select * from {{ ref('int_calendar') }}

),

window_totals as (

    select
        feature_windows.household_id,
        feature_windows.window_id,
        feature_windows.start_day,
        feature_windows.end_day,
        min(purchase_days.visit_week) as first_week,
        max(purchase_days.visit_week) as last_week,
        max(purchase_days.visit_day) as last_day,
        count(distinct purchase_days.visit_week) as n_weeks,
        coalesce(sum(purchase_days.n_baskets), 0) as n_baskets,
        coalesce(sum(purchase_days.n_item_lines), 0) as n_item_lines,
        coalesce(sum(purchase_days.n_units), 0) as n_units,
        coalesce(sum(purchase_days.sales_value), 0) as sales_value,
        coalesce(sum(purchase_days.actual_spend), 0) as actual_spend,
        coalesce(sum(purchase_days.returned_sales), 0) as returned_sales,
        coalesce(sum(purchase_days.visit_sales), 0) as visit_sales,
        coalesce(sum(purchase_days.retail_discount), 0) as retail_discount,
        coalesce(sum(purchase_days.coupon_discount), 0) as coupon_discount,
        coalesce(sum(purchase_days.coupon_match_discount), 0)
            as coupon_match_discount,
        sum(purchase_days.squared_visit_sales) as squared_visit_sales,
        -- A gap lies in the window when both of its days do.
        count(purchase_days.previous_day) filter (
            where purchase_days.previous_day >= feature_windows.start_day
        ) as n_gaps,
        sum(purchase_days.day - purchase_days.previous_day) filter (
            where purchase_days.previous_day >= feature_windows.start_day
        ) as gap_days,
        sum(
            (purchase_days.day - purchase_days.previous_day)
            * (purchase_days.day - purchase_days.previous_day)
        ) filter (
            where purchase_days.previous_day >= feature_windows.start_day
        ) as squared_gap_days
    from feature_windows
    left join purchase_days
        on
            feature_windows.household_id = purchase_days.household_id
            and purchase_days.day
            between feature_windows.start_day and feature_windows.end_day
    group by
        feature_windows.household_id,
        feature_windows.window_id,
        feature_windows.start_day,
        feature_windows.end_day

),

-- Weeks are counted from the household's first visit in the window to its end. What was
-- bought is sales before goods came back.
final as (

    select
        window_totals.*,
        window_totals.sales_value + window_totals.returned_sales as bought_sales,
        {{ ratio(
            'window_totals.returned_sales',
            '(window_totals.sales_value + window_totals.returned_sales)'
        ) }} as returned_share,
        calendar.week as end_week,
        calendar.week - window_totals.first_week + 1 as tenure_weeks,
        cast(window_totals.retail_discount + window_totals.coupon_discount as double)
        + window_totals.coupon_match_discount as total_discount
    from window_totals
    inner join calendar on window_totals.end_day = calendar.day

)

select * from final
