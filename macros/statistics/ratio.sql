{#- One column over another as a double; NULL where the denominator is 0.
    Example: 3 and 2 -> 1.5. -#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro %}
