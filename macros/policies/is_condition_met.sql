{#- Whether a value meets the condition on the way to a leaf of a tree. A tree that splits
    nothing has one leaf without a condition (operator NULL), which all units meet. A
    missing value meets no condition.
    Example: operator '<=', threshold 5 and value 5 -> true. -#}
{% macro is_condition_met(operator, threshold, value) -%}
    case {{ operator }}
        when '<=' then {{ value }} <= {{ threshold }}
        when '>' then {{ value }} > {{ threshold }}
        else {{ operator }} is null
    end
{%- endmacro %}
