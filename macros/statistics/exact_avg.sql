{#- Mean of doubles that does not depend on the order in which threads add them up (see
    exact_sum). Example: 1.5 and 2.5 in any order -> 2. -#}
{% macro exact_avg(expression) -%}
    avg(cast({{ expression }} as decimal(38, 12)))
{%- endmacro %}
