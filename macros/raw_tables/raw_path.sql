{#- The path of a source's file as a SQL expression.
    Example: raw_path(node) -> 'folder/products.parquet'. -#}
{% macro raw_path(source_node) %}
    {{ return(
        raw_relation(source_node).split('(', 1)[1].rsplit(')', 1)[0].split(', header')[0]
    ) }}
{% endmacro %}
