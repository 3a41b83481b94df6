{#- Schemas of the public tables: what a business reads and what a statistician checks. -#}
{% macro public_schemas() %}
    {{ return(['marts', 'evidence']) }}
{% endmacro %}
