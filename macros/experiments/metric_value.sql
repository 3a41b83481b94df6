{#- Value of the metric that column `metric` names, from what a household did in a window:
    dollars, baskets and coupon match dollars. Sales lack what the retailer matched, so
    margin times sales less the match is on the safe side. NULL of an unknown name.
    Example: purchase_any of 0 dollars and 2 baskets -> 1. -#}
{% macro metric_value(metric, amount, count, match_discount) -%}
    case {{ metric }}
        when 'purchase_amount' then cast({{ amount }} as double)
        when 'purchase_count' then cast({{ count }} as double)
        when 'purchase_any' then case when {{ count }} > 0 then 1.0 else 0.0 end
        when 'margin_after_discounts'
            then {{ setting('margin') }} * cast({{ amount }} as double)
                - cast({{ match_discount }} as double)
    end
{%- endmacro %}
