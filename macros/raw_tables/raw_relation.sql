{#- What the raw table of a source is read from: a file reader's call, or a table.
    Example: raw_relation(node) -> read_parquet(['folder/products.parquet'], ...). -#}
{% macro raw_relation(source_node) %}
    {{ return(raw_source(source_node).relation) }}
{% endmacro %}
