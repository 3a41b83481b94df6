{#- An amount of money as text, with the currency's symbol, a thousands separator and no -0.
    `digits` are the decimal places: those of var currency_decimals where it is left out.
    Example: in_money('-4.1') -> '-$4.10'. -#}
{% macro in_money(amount, digits=none) -%}
    {%- set places = setting('currency_decimals') if digits is none else digits -%}
    {%- set symbol = setting('currency_symbol') | replace("'", "''") -%}
    (case when round({{ amount }}, {{ places }}) < 0 then '-{{ symbol }}'
    else '{{ symbol }}' end
    || format('{:,.{{ places }}f}', abs(round({{ amount }}, {{ places }}))))
{%- endmacro %}
