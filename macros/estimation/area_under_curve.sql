{#- Area under the ROC curve, an aggregate: the chance that a treated unit has a higher
    value than a control, where ties count half. `value_rank` is the value's mean_rank
    within the group. NULL if an arm is absent. Example: treated ranks 3 and 4 of four
    -> 1. -#}
{% macro area_under_curve(value_rank, is_treated) -%}
    (
        sum({{ value_rank }}) filter (where {{ is_treated }} = 1)
        - sum({{ is_treated }}) * (sum({{ is_treated }}) + 1) / 2.0
    ) / nullif(sum({{ is_treated }}) * sum(1 - {{ is_treated }}), 0)
{%- endmacro %}
