{#- Columns of fct_campaign_weeks whose changes are studied.
    Example: panel_outcomes() -> ['sales', 'baskets', ...]. -#}
{% macro panel_outcomes() -%}
    {{ return([
        'sales', 'baskets', 'units', 'coupon_discount', 'retail_discount',
        'coupon_product_sales', 'other_sales'
    ]) }}
{%- endmacro %}
