{#- The covariates of every fit of effects, as columns of a select list. The arguments name
    the relations of a household's features, campaigns and demographics. Past units and the
    households of the next campaign use the same expressions. Values that cannot be computed
    are filled. An unknown gap between purchases is at least as long as the window and gets
    its length, which no known gap has: it marks the households with one visit. The unknown
    rate of a newcomer is taken over the whole window. The spread of one basket is its size:
    of all distributions of an amount with a known mean, the exponential one assumes least
    (Jaynes 1957), and its deviation is its mean. An unknown ratio or number of departments
    gets 0: where the data know it of nobody (int_unknown_features) it is the same for all,
    and no fit uses it.
    Demographics that are missing or not used get 0 and are marked as not stated.
    Example: covariate_columns('f', 'e', 'd', 91) -> f.recency, ... -#}
{% macro covariate_columns(features, exposures, demographics, n_window_days) -%}
    ---------- behaviour before time zero
    {{ features }}.recency,
    coalesce({{ features }}.days_between_purchases_avg, {{ n_window_days }})
        as days_between_purchases_avg,
    {{ features }}.frequency,
    coalesce(
        {{ features }}.frequency_per_week,
        7.0 * {{ features }}.frequency / ({{ n_window_days }})
    ) as frequency_per_week,
    coalesce(
        {{ features }}.purchase_regularity,
        7.0 * {{ features }}.weeks_with_purchase / ({{ n_window_days }})
    ) as purchase_regularity,
    cast({{ features }}.monetary_sales as double) as monetary_sales,
    {{ features }}.monetary_avg_basket_sales,
    coalesce(
        {{ features }}.monetary_std, abs({{ features }}.monetary_avg_basket_sales), 0
    ) as monetary_std,
    coalesce({{ features }}.n_departments, 0) as n_departments,
    {{ features }}.n_products,
    {{ features }}.avg_items_per_basket,
    {%- for feature in [
        'coupon_savings_ratio', 'discount_usage_pct', 'private_label_ratio', 'share_grocery', 'share_fresh', 'share_bakery',
        'share_health_beauty', 'share_alcohol', 'display_exposure_rate',
        'mailer_exposure_rate',
    ] %}
    coalesce({{ features }}.{{ feature }}, 0) as {{ feature }},
    {%- endfor %}
    {%- for attribute in [
        'age_years', 'income_thousands', 'is_homeowner', 'is_married', 'household_size',
        'n_kids',
    ] %}
    coalesce({{ demographics }}.{{ attribute }}, 0) as {{ attribute }},
    cast({{ demographics }}.{{ attribute }} is not null as integer)
        as {{ attribute }}_stated,
    {%- endfor %}
    {%- for group in own_groups() %}
    coalesce({{ demographics }}.{{ group }}, 0) as {{ group }},
    {%- endfor %}
    ---------- campaigns before time zero
    {{ exposures }}.n_campaigns_before,
    {{ exposures }}.n_campaigns_running
{%- endmacro %}
