{#- Households of an arm with which a design is surely estimated: those of var
    min_arm_households are left to learn from when the largest of equal folds is taken out.
    Example: 60 and 5 folds -> 75. -#}
{% macro min_fitted_arm() -%}
    ceil({{ var('min_arm_households') }} / (1 - 1.0 / {{ var('n_folds') }}))
{%- endmacro %}
