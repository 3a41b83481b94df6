{#- Condition that column design names a study design, not a placebo or a variant of one. -#}
{% macro main_designs() -%}
    design in (select design from {{ ref('designs') }} where role = 'main')
{%- endmacro %}
