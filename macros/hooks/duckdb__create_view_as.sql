{#- A view stores its query as text. dbt writes the name of the database into it, which is
    that of the file: a copy under another name could not read its views. -#}
{% macro duckdb__create_view_as(relation, sql) -%}
    {{ dbt.duckdb__create_view_as(
        relation, sql | replace(adapter.quote(relation.database) ~ '.', '')
    ) }}
{%- endmacro %}
