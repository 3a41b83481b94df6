{#- Area under the ROC curve: the chance that a treated unit has the higher value than a
    control, ties counting half. An aggregate over rows with `is_treated` and a rank (see
    mean_rank) within the group; NULL if an arm is absent.
    Example: treated ranks 3 and 4 of four -> 1. -#}
{% macro area_under_curve(value_rank) -%}
    (
        sum({{ value_rank }}) filter (where is_treated = 1)
        - sum(is_treated) * (sum(is_treated) + 1) / 2.0
    ) / nullif(sum(is_treated) * sum(1 - is_treated), 0)
{%- endmacro %}
