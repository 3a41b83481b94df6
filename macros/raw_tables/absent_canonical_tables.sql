{#- absent_tables by their canonical names.
    Example: absent_tables() = ['causal_data'] -> ['promotions']. -#}
{% macro absent_canonical_tables() %}
    {% set canonical_names = {
        'product': 'products', 'hh_demographic': 'households',
        'campaign_desc': 'campaigns', 'campaign_table': 'campaign_targets',
        'coupon': 'coupons', 'coupon_redempt': 'coupon_redemptions',
        'causal_data': 'promotions',
    } %}
    {% set absent = [] %}
    {% for name in absent_tables() %}
        {% do absent.append(canonical_names.get(name, name)) %}
    {% endfor %}
    {{ return(absent) }}
{% endmacro %}
