{#- The value that replaces a feature that cannot be computed, by its rule in seed features.
    'window_days' is for a recency that is at least as long as the window, and 'visit_gap'
    for a gap between visits that is. 'repeat_visits' is for what only several visits can
    show, such as their spread: the median. Var visit_gap_fill may put 0 for both.
    'median' is for a taste that is unknown. 'zero' is for something that did not happen.
    Example: a household with one visit has no gap between visits. In a window of 91 days
    its days_between_purchases_avg becomes 91. It does not become 0, because that would be
    the most frequent shopper of all. -#}
{% macro feature_fill_value(fill_rule, n_window_days, median_value) -%}
    {%- set fills_zero = var('visit_gap_fill') == 'zero' -%}
    case {{ fill_rule }}
        when 'window_days' then {{ n_window_days }}
        when 'visit_gap' then {{ 0 if fills_zero else n_window_days }}
        -- What nobody shows has no median.
        when 'repeat_visits'
            then {{ 0 if fills_zero else 'coalesce(' ~ median_value ~ ', 0)' }}
        when 'median' then coalesce({{ median_value }}, 0)
        when 'zero' then 0
    end
{%- endmacro %}
