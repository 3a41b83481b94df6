{#- Sum of doubles that does not depend on the order in which threads add them up: an
    aggregate over terms rounded to 12 decimal places, which sum exactly.
    Example: 0.1, 0.2 and 0.3 in any order -> 0.6. -#}
{% macro exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(38, 12))) as double)
{%- endmacro %}
