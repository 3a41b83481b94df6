{#- What a household did before and after a start day: an aggregate over rows with
    sales_value, n_baskets, coupon_match_discount and is_lookback, as six columns. NULL
    without a row of the kind. -#}
{% macro window_sums() -%}
    sum(sales_value) filter (where is_lookback) as lookback_amount,
    sum(n_baskets) filter (where is_lookback) as lookback_count,
    sum(coupon_match_discount) filter (where is_lookback) as lookback_match,
    sum(sales_value) filter (where not is_lookback) as amount,
    sum(n_baskets) filter (where not is_lookback) as n_baskets,
    sum(coupon_match_discount) filter (where not is_lookback) as match_discount
{%- endmacro %}
