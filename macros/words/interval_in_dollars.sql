{#- The 95 % interval of an amount of money as text.
    Example: interval_in_dollars('-4.1', '2') -> '95 % interval -$4.10 to $2.00'. -#}
{% macro interval_in_dollars(lower, upper, digits=2) -%}
    '95 % interval ' || {{ in_dollars(lower, digits) }}
    || ' to ' || {{ in_dollars(upper, digits) }}
{%- endmacro %}
