{#- An amount of money in words' company, with cents and no -0.
    Example: in_dollars('-4.1') -> '-$4.10'. -#}
{% macro in_dollars(amount) -%}
    (case when round({{ amount }}, 2) < 0 then '-$' else '$' end
    || format('{:,.2f}', abs(round({{ amount }}, 2))))
{%- endmacro %}
