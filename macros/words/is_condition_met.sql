{#- Whether a value meets the condition that a tree puts on its way to a leaf: an
    expression over a row `conditions` with operator (<= or >) and threshold. A leaf
    without a condition, of a tree that splits nothing, is met by all; a missing value
    meets none. Example: operator '<=' and threshold 5, value 5 -> true. -#}
{% macro is_condition_met(conditions, value) -%}
    case {{ conditions }}.operator
        when '<=' then {{ value }} <= {{ conditions }}.threshold
        when '>' then {{ value }} > {{ conditions }}.threshold
        else {{ conditions }}.operator is null
    end
{%- endmacro %}
