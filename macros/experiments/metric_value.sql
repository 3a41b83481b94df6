{#- Value of the metric that column `metric` names, from what a household did in a window:
    dollars, baskets and coupon match dollars. A missing value counts as 0; an unknown
    name gives NULL. Sales do not contain the dollars that the retailer matched, so margin
    times sales less those dollars understates the profit.
    Example: purchase_any of 0 dollars and 2 baskets -> 1. -#}
{% macro metric_value(metric, amount, count, match_discount) -%}
    case {{ metric }}
        when 'purchase_amount' then cast(coalesce({{ amount }}, 0) as double)
        when 'purchase_count' then cast(coalesce({{ count }}, 0) as double)
        when 'purchase_any' then case when {{ count }} > 0 then 1.0 else 0.0 end
        when 'margin_after_discounts'
            then {{ setting('margin') }} * cast(coalesce({{ amount }}, 0) as double)
                - cast(coalesce({{ match_discount }}, 0) as double)
    end
{%- endmacro %}
