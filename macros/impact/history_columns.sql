{#- Covariates of a unit from its weeks before `zero_week`, as ten columns; an aggregate
    over fct_campaign_weeks of these weeks. `half` weeks make the late mean. Example: sales
    of 10 and 30 in weeks -2 and -1, zero_week 0 and half 1 -> sales_mean 20,
    late_sales_mean 30. -#}
{% macro history_columns(zero_week, half) -%}
    {{ exact_sum('sales') }} / count(*) as sales_mean,
    coalesce({{ exact_std_dev('sales') }}, 0) as sales_std,
    coalesce(
        {{ exact_sum(
            'case when relative_week >= ' ~ (zero_week - half) ~ ' then sales end'
        ) }}
        / nullif(count(*) filter (where relative_week >= {{ zero_week - half }}), 0), 0
    ) as late_sales_mean,
    sum(baskets) / count(*) as baskets_mean,
    sum(units) / count(*) as units_mean,
    {{ exact_sum('coupon_discount') }} / count(*) as coupon_discount_mean,
    {{ exact_sum('retail_discount') }} / count(*) as retail_discount_mean,
    {{ exact_sum('coupon_product_sales') }} / count(*) as coupon_product_sales_mean,
    count(*) filter (where baskets > 0) / count(*) as active_share,
    {{ zero_week }} - max(relative_week) filter (where baskets > 0)
        as weeks_since_purchase
{%- endmacro %}
