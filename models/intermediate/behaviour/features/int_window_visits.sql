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

first_purchases as (

    select
        household_id,
        min(visit_day) as day,
        min(visit_week) as week
    from purchase_days
    group by household_id

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
        {%- for total in [
            'n_baskets', 'n_item_lines', 'n_units', 'sales_value', 'actual_spend',
            'returned_sales', 'visit_sales', 'retail_discount', 'coupon_discount',
            'coupon_match_discount', 'n_discounted_lines', 'n_private_lines',
            'n_branded_lines'
        ] %}
        coalesce(sum(purchase_days.{{ total }}), 0) as {{ total }},
        {%- endfor %}
        {%- for category in share_categories() %}
        coalesce(sum(purchase_days.{{ category }}_sales), 0) as {{ category }}_sales,
        {%- endfor %}
        coalesce(bit_count(bit_or(purchase_days.departments)), 0) as n_departments,
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

-- A household is known from its first purchase in the data on; one that has not bought
-- yet bought nothing in all weeks of the window. The purchase that makes a newcomer
-- known says nothing of how often it comes, so a rate needs some weeks after it. What
-- was bought is sales before goods came back.
final as (

    select
        window_totals.*,
        window_totals.sales_value + window_totals.returned_sales as bought_sales,
        {{ ratio('window_totals.returned_sales', 'bought_sales') }} as returned_share,
        ends.week as end_week,
        ends.week + 1 - greatest(
            starts.week,
            case
                when first_purchases.day <= window_totals.end_day
                    then first_purchases.week
            end
        ) as n_weeks_known,
        case
            when
                first_purchases.day
                between window_totals.start_day and window_totals.end_day
                and n_weeks_known < {{ var('min_tenure_weeks') }}
                then null
            else n_weeks_known
        end as tenure_weeks,
        cast(window_totals.retail_discount + window_totals.coupon_discount as double)
        + window_totals.coupon_match_discount as total_discount
    from window_totals
    inner join calendar as starts on window_totals.start_day = starts.day
    inner join calendar as ends on window_totals.end_day = ends.day
    left join first_purchases
        on window_totals.household_id = first_purchases.household_id

)

select * from final
