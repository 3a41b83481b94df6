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

-- A ratio whose denominator is 0 and a spread of too few values are NULL, because they
-- cannot be computed. Each model decides what to put in their place.
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
        {{ ratio('visits.gap_days', 'visits.n_gaps') }} as days_between_purchases_avg,
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
        {{ ratio('visits.sales_value', 'visits.n_baskets') }}
            as monetary_avg_basket_sales,
        {{ ratio('visits.actual_spend', 'visits.n_baskets') }}
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
        {{ ratio('products.n_discounted_lines', 'visits.n_item_lines') }}
            as discount_usage_pct,
        {{ ratio('products.n_private_lines', 'products.n_branded_lines') }}
            as private_label_ratio,
        coalesce(products.n_departments, 0) as n_departments,
        coalesce(products.n_products, 0) as n_products,
        {{ ratio('visits.n_units', 'visits.n_baskets') }} as avg_items_per_basket,
        {{ ratio('products.n_products', 'visits.n_baskets') }}
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
        {{ ratio('coalesce(exposures.n_display_lines, 0)', 'visits.n_item_lines') }}
            as display_exposure_rate,
        {{ ratio('coalesce(exposures.n_mailer_lines, 0)', 'visits.n_item_lines') }}
            as mailer_exposure_rate,
        visits.last_day as last_purchase_day
    from visits
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
