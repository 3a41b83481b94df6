{#- What the raw table of a source is read from: a file reader's call, or a table.
    Example: raw_relation(node) -> read_parquet('folder/products.parquet'). -#}
{% macro raw_relation(source_node) %}
    {{ return(source_node.meta.external_location.replace('{name}', source_node.name)) }}
{% endmacro %}
