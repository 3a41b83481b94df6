{#- Schemas are named as in dbt_project.yml, without dbt's target prefix: BI tools and
    the public contract address `marts.<table>`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name if custom_schema_name is not none else target.schema }}
{%- endmacro %}
