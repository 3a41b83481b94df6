{#- Whether there is a file (or, for var canonical_format = table, a table) behind a
    source. -#}
{% macro raw_table_exists(source_node) %}
    {% if raw_relation(source_node).startswith('read_') %}
        {% set matches = run_query(
            'select count(*) from glob(' ~ raw_path(source_node) ~ ')') %}
    {% else %}
        {% set matches = run_query(
            "select count(*) from information_schema.tables where lower('"
            ~ setting('raw_dir') ~ "') in (lower(table_schema), lower(table_catalog || '.' "
            ~ "|| table_schema)) and lower(table_name) = '" ~ source_node.name ~ "'") %}
    {% endif %}
    {{ return(matches.columns[0].values()[0] > 0) }}
{% endmacro %}
