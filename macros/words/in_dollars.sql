{#- An amount of money as text, with a thousands separator and no -0. `digits` are the
    decimal places: 2 shows cents, 0 whole dollars.
    Example: in_dollars('-4.1') -> '-$4.10'. -#}
{% macro in_dollars(amount, digits=2) -%}
    (case when round({{ amount }}, {{ digits }}) < 0 then '-$' else '$' end
    || format('{:,.{{ digits }}f}', abs(round({{ amount }}, {{ digits }}))))
{%- endmacro %}
