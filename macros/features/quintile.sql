{#- The quintile that a household stands in, 1 to 5, by its percentile from 0 to 1: so
    households that are alike share one. Example: percentiles 0, 0.2 and 1 -> 1, 2, 5. -#}
{% macro quintile(percentile) -%}
    least(5, 1 + floor(5 * {{ percentile }}))
{%- endmacro %}
