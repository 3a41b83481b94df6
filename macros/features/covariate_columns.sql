{#- The covariates of every fit of effects, as select columns: of a household's window of
    features (alias window_features), of its campaigns (alias exposures) and of its
    demographics (alias demographics; 0 and not stated where they are missing or not
    used). Past units and households of the next campaign read the same expressions. What
    cannot be computed is filled: a gap of which we know only that it is longer than the
    window gets its length, an absent spread or ratio gets 0. -#}
{% macro covariate_columns(n_window_days) -%}
    ---------- behaviour before time zero
    window_features.recency,
    coalesce(window_features.days_between_purchases_avg, {{ n_window_days }})
        as days_between_purchases_avg,
    window_features.frequency,
    window_features.frequency_per_week,
    window_features.purchase_regularity,
    cast(window_features.monetary_sales as double) as monetary_sales,
    window_features.monetary_avg_basket_sales,
    window_features.n_departments,
    window_features.n_products,
    window_features.avg_items_per_basket,
    {%- for feature in [
        'monetary_std', 'coupon_savings_ratio', 'discount_usage_pct',
        'private_label_ratio', 'share_grocery', 'share_fresh', 'share_bakery',
        'share_health_beauty', 'share_alcohol', 'display_exposure_rate',
        'mailer_exposure_rate',
    ] %}
    coalesce(window_features.{{ feature }}, 0) as {{ feature }},
    {%- endfor %}
    {%- for attribute in [
        'age_years', 'income_thousands', 'is_homeowner', 'is_married', 'household_size',
        'n_kids',
    ] %}
    coalesce(demographics.{{ attribute }}, 0) as {{ attribute }},
    cast(demographics.{{ attribute }} is not null as integer) as {{ attribute }}_stated,
    {%- endfor %}
    ---------- campaigns before time zero
    exposures.n_campaigns_before,
    exposures.n_campaigns_running
{%- endmacro %}
