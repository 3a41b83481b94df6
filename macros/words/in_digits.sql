{#- A number as text with a fixed number of decimal places, a thousands separator and no -0.
    Example: in_digits('2327.4', 0) -> '2,327'. -#}
{% macro in_digits(number, digits) -%}
    format('{:,.{{ digits }}f}', round(cast({{ number }} as double), {{ digits }}) + 0.0)
{%- endmacro %}
