{#- The 95 % interval of an amount of money as text.
    Example: interval_in_money('-4.1', '2') -> '95 % interval -$4.10 to $2.00'. -#}
{% macro interval_in_money(lower, upper, digits=none) -%}
    '95 % interval ' || {{ in_money(lower, digits) }}
    || ' to ' || {{ in_money(upper, digits) }}
{%- endmacro %}
