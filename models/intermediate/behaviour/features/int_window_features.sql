with

visits as (

    select * from {{ ref('int_window_visits') }}

),

repeats as (

    select * from {{ ref('int_window_repeats') }}

),

exposures as (

    select * from {{ ref('int_window_exposures') }}

),

unknown_features as (

    select * from {{ ref('int_unknown_features') }}

),

-- A ratio without a denominator, a spread of one value and a newcomer's rate are NULL:
-- each model decides what stands for them. Money is net of returns, its ratios are not.
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
        {{ ratio(
            'sqrt(visits.n_gaps * visits.squared_gap_days - pow(visits.gap_days, 2))',
            'if(visits.n_gaps > 1, visits.n_gaps, 0)'
        ) }} as days_between_purchases_std,

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
        {{ spread_of_totals(
            'visits.n_baskets', 'visits.visit_sales', 'visits.squared_visit_sales'
        ) }} as monetary_std,
        cast(visits.sales_value as double) / visits.tenure_weeks as monetary_per_week,
        {{ ratio('visits.coupon_discount', 'visits.bought_sales') }}
            as coupon_savings_ratio,
        visits.returned_sales,
        visits.returned_share,

        ---------- behaviour
        visits.total_discount / nullif(visits.bought_sales + visits.total_discount, 0)
            as discount_rate,
        {{ ratio('visits.n_discounted_lines', 'visits.n_item_lines') }}
            as discount_usage_pct,
        {% set private = ratio('visits.n_private_lines', 'visits.n_branded_lines') -%}
        {{ known_feature('private_label_ratio', private) }},
        {{ known_feature('n_departments', 'visits.n_departments') }},
        -- A product counts at its last purchase of the window.
        cast(visits.n_item_lines - coalesce(repeats.n_repeats, 0) as bigint)
            as n_products,
        {{ ratio('visits.n_units', 'visits.n_baskets') }} as avg_items_per_basket,
        {{ ratio('n_products', 'visits.n_baskets') }} as avg_products_per_basket,

        ---------- categories
        {% for name in share_categories() -%}
        {{ known_feature(
            'share_' ~ name,
            ratio('visits.' ~ name ~ '_sales', 'visits.bought_sales')
        ) }},
        {% endfor %}
        ---------- time
        cast(visits.n_weeks as double)
        / (1 + nullif(visits.last_week - visits.first_week, 0)) as week_coverage,

        ---------- exposure to displays and mailers (not among the 33)
        {{ ratio('coalesce(exposures.n_display_lines, 0)', 'visits.n_item_lines') }}
            as display_exposure_rate,
        {{ ratio('coalesce(exposures.n_mailer_lines, 0)', 'visits.n_item_lines') }}
            as mailer_exposure_rate,
        visits.last_day as last_purchase_day
    from visits
    left join repeats
        on
            visits.household_id = repeats.household_id
            and visits.window_id = repeats.window_id
    left join exposures
        on
            visits.household_id = exposures.household_id
            and visits.window_id = exposures.window_id

)

select * from final
order by household_id, window_id
