{#- Names of the tables of a schema, in order; none if the schema does not exist.
    Example: existing_tables('marts') -> ['dim_households', 'dim_segments', ...]. -#}
{% macro existing_tables(schema_name) %}
    {{ return(run_query(
        "select table_name from information_schema.tables "
        ~ "where table_catalog = current_database() and table_schema = '"
        ~ schema_name ~ "' order by table_name"
    ).columns[0].values() | list) }}
{% endmacro %}
