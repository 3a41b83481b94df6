{#- The 33 features of a relation in the types of the public contract, as columns of a
    select list. Whole numbers are integer, money is decimal(18, 2), which rounds to cents,
    and the rest is double.
    Example: cast_features('f') -> cast(f.recency as integer) as recency, ... -#}
{% macro cast_features(relation) -%}
    {%- set types = {
        'recency': 'integer', 'recency_weeks': 'integer', 'active_last_4w': 'integer',
        'active_last_12w': 'integer', 'days_between_purchases_avg': 'double',
        'days_between_purchases_std': 'double', 'frequency': 'integer',
        'frequency_per_week': 'double', 'frequency_per_month': 'double',
        'transaction_count': 'integer', 'weeks_with_purchase': 'integer',
        'purchase_regularity': 'double', 'monetary_sales': 'decimal(18, 2)',
        'monetary_actual': 'decimal(18, 2)', 'monetary_avg_basket_sales': 'double',
        'monetary_avg_basket_actual': 'double', 'monetary_std': 'double',
        'monetary_per_week': 'double', 'coupon_savings_ratio': 'double',
        'discount_rate': 'double', 'discount_usage_pct': 'double',
        'private_label_ratio': 'double', 'n_departments': 'integer',
        'n_products': 'integer', 'avg_items_per_basket': 'double',
        'avg_products_per_basket': 'double', 'share_grocery': 'double',
        'share_fresh': 'double', 'share_bakery': 'double',
        'share_health_beauty': 'double', 'share_alcohol': 'double',
        'share_other': 'double', 'week_coverage': 'double',
    } -%}
    {%- for feature, type in types.items() %}
        cast({{ relation }}.{{ feature }} as {{ type }}) as {{ feature }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
