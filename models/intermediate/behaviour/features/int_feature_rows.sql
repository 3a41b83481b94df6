with

window_features as (

    select * from {{ ref('int_window_features') }}

),

-- An unpivot needs columns of one type.
numeric_features as (

    select
        household_id,
        window_id,
        end_day - start_day + 1 as n_window_days,
        cast(recency as double) as recency,
        cast(recency_weeks as double) as recency_weeks,
        cast(active_last_4w as double) as active_last_4w,
        cast(active_last_12w as double) as active_last_12w,
        cast(days_between_purchases_avg as double) as days_between_purchases_avg,
        cast(days_between_purchases_std as double) as days_between_purchases_std,
        cast(frequency as double) as frequency,
        cast(frequency_per_week as double) as frequency_per_week,
        cast(frequency_per_month as double) as frequency_per_month,
        cast(transaction_count as double) as transaction_count,
        cast(weeks_with_purchase as double) as weeks_with_purchase,
        cast(purchase_regularity as double) as purchase_regularity,
        cast(monetary_sales as double) as monetary_sales,
        cast(monetary_actual as double) as monetary_actual,
        cast(monetary_avg_basket_sales as double) as monetary_avg_basket_sales,
        cast(monetary_avg_basket_actual as double) as monetary_avg_basket_actual,
        cast(monetary_std as double) as monetary_std,
        cast(monetary_per_week as double) as monetary_per_week,
        cast(coupon_savings_ratio as double) as coupon_savings_ratio,
        cast(discount_rate as double) as discount_rate,
        cast(discount_usage_pct as double) as discount_usage_pct,
        cast(private_label_ratio as double) as private_label_ratio,
        cast(n_departments as double) as n_departments,
        cast(n_products as double) as n_products,
        cast(avg_items_per_basket as double) as avg_items_per_basket,
        cast(avg_products_per_basket as double) as avg_products_per_basket,
        cast(share_grocery as double) as share_grocery,
        cast(share_fresh as double) as share_fresh,
        cast(share_bakery as double) as share_bakery,
        cast(share_health_beauty as double) as share_health_beauty,
        cast(share_alcohol as double) as share_alcohol,
        cast(share_other as double) as share_other,
        cast(week_coverage as double) as week_coverage
    from window_features

),

final as (

    select *
    from numeric_features
    unpivot include nulls (
        feature_value for feature in (
            recency,
            recency_weeks,
            active_last_4w,
            active_last_12w,
            days_between_purchases_avg,
            days_between_purchases_std,
            frequency,
            frequency_per_week,
            frequency_per_month,
            transaction_count,
            weeks_with_purchase,
            purchase_regularity,
            monetary_sales,
            monetary_actual,
            monetary_avg_basket_sales,
            monetary_avg_basket_actual,
            monetary_std,
            monetary_per_week,
            coupon_savings_ratio,
            discount_rate,
            discount_usage_pct,
            private_label_ratio,
            n_departments,
            n_products,
            avg_items_per_basket,
            avg_products_per_basket,
            share_grocery,
            share_fresh,
            share_bakery,
            share_health_beauty,
            share_alcohol,
            share_other,
            week_coverage
        )
    )

)

select * from final
