{#- Whether there is a file or table behind a source, readable or not. -#}
{% macro raw_table_exists(source_node) %}
    {{ return(raw_source(source_node).is_present) }}
{% endmacro %}
