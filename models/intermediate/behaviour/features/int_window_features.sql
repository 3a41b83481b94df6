with

visits as (

    select * from {{ ref('int_window_visits') }}

),

products as (

    select * from {{ ref('int_window_products') }}

),

exposures as (

    select * from {{ ref('int_window_exposures') }}

),

calendar as (

    select * from {{ ref('int_calendar') }}

),

-- Weeks are counted from the household's first purchase in the window to its end.
dated_visits as (

    select
        visits.*,
        calendar.week as end_week,
        calendar.week - visits.first_week + 1 as tenure_weeks,
        cast(visits.retail_discount + visits.coupon_discount as double)
        + visits.coupon_match_discount as total_discount
    from visits
    inner join calendar on visits.end_day = calendar.day

),

-- A ratio whose denominator is 0 and a spread of too few values are NULL: they cannot
-- be computed, and what to put in their place is the business of each model.
final as (

    select
        visits.household_id,
        visits.window_id,
        visits.start_day,
        visits.end_day,

        ---------- recency
        visits.end_day - visits.last_day as recency,
        visits.end_week - visits.last_week as recency_weeks,
        case when visits.last_week >= visits.end_week - 4 then 1 else 0 end
            as active_last_4w,
        case when visits.last_week >= visits.end_week - 12 then 1 else 0 end
            as active_last_12w,
        cast(visits.gap_days as double) / nullif(visits.n_gaps, 0)
            as days_between_purchases_avg,
        sqrt(
            cast(
                visits.n_gaps * visits.squared_gap_days
                - visits.gap_days * visits.gap_days as double
            )
        ) / nullif(visits.n_gaps, 0) as days_between_purchases_std,

        ---------- frequency
        visits.n_baskets as frequency,
        cast(visits.n_baskets as double) / visits.tenure_weeks as frequency_per_week,
        cast(visits.n_baskets as double) / visits.tenure_weeks * 4.33
            as frequency_per_month,
        visits.n_item_lines as transaction_count,
        visits.n_weeks as weeks_with_purchase,
        cast(visits.n_weeks as double) / visits.tenure_weeks as purchase_regularity,

        ---------- monetary
        visits.sales_value as monetary_sales,
        visits.actual_spend as monetary_actual,
        cast(visits.sales_value as double) / nullif(visits.n_baskets, 0)
            as monetary_avg_basket_sales,
        cast(visits.actual_spend as double) / nullif(visits.n_baskets, 0)
            as monetary_avg_basket_actual,
        sqrt(
            cast(
                visits.n_baskets * visits.squared_basket_cents
                - cast(visits.sales_value * 100 as bigint)
                * cast(visits.sales_value * 100 as bigint) as double
            ) / nullif(visits.n_baskets * (visits.n_baskets - 1), 0)
        ) / 100 as monetary_std,
        cast(visits.sales_value as double) / visits.tenure_weeks as monetary_per_week,
        cast(visits.coupon_discount as double) / nullif(visits.sales_value, 0)
            as coupon_savings_ratio,

        ---------- behaviour
        visits.total_discount / nullif(visits.sales_value + visits.total_discount, 0)
            as discount_rate,
        cast(products.n_discounted_lines as double) / nullif(visits.n_item_lines, 0)
            as discount_usage_pct,
        cast(products.n_private_lines as double) / nullif(products.n_branded_lines, 0)
            as private_label_ratio,
        coalesce(products.n_departments, 0) as n_departments,
        coalesce(products.n_products, 0) as n_products,
        cast(visits.n_units as double) / nullif(visits.n_baskets, 0)
            as avg_items_per_basket,
        cast(products.n_products as double) / nullif(visits.n_baskets, 0)
            as avg_products_per_basket,

        ---------- categories
        {% for category in [
            'grocery', 'fresh', 'bakery', 'health_beauty', 'alcohol', 'other'
        ] -%}
        cast(
            case when visits.sales_value > 0
                    then coalesce(products.{{ category }}_sales, 0)
            end as double
        ) / visits.sales_value as share_{{ category }},
        {% endfor %}
        ---------- time
        cast(visits.n_weeks as double) / (visits.last_week - visits.first_week + 1)
            as week_coverage,

        ---------- exposure to displays and mailers (not among the 33)
        cast(coalesce(exposures.n_display_lines, 0) as double)
        / nullif(visits.n_item_lines, 0) as display_exposure_rate,
        cast(coalesce(exposures.n_mailer_lines, 0) as double)
        / nullif(visits.n_item_lines, 0) as mailer_exposure_rate,
        visits.last_day as last_purchase_day
    from dated_visits as visits
    left join products
        on
            visits.household_id = products.household_id
            and visits.window_id = products.window_id
    left join exposures
        on
            visits.household_id = exposures.household_id
            and visits.window_id = exposures.window_id

)

select * from final
order by household_id, window_id
