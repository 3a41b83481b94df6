{#- The quintile, 1 to 5, of a percentile from 0 to 1. Households with equal values have
    equal percentiles and share a quintile. Example: percentiles 0, 0.2, 1 -> 1, 2, 5. -#}
{% macro quintile(percentile) -%}
    least(5, 1 + floor(5 * {{ percentile }}))
{%- endmacro %}
