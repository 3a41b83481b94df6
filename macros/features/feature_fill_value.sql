{#- What stands in for a feature that cannot be computed, by the rule that seed features
    gives it. 'window_days': a gap or a recency of which we only know that it is at least
    as long as the window. 'median': a taste we know nothing about. 'zero': nothing
    happened. Example: a one-visit household has no gap between visits; in a window of
    91 days its days_between_purchases_avg becomes 91, not 0 (0 would be the most
    frequent shopper of all). -#}
{% macro feature_fill_value(fill_rule, n_window_days, median_value) -%}
    case {{ fill_rule }}
        when 'window_days' then {{ n_window_days }}
        when 'median' then {{ median_value }}
        when 'zero' then 0
    end
{%- endmacro %}
