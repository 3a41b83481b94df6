{#- A source that may be absent: then an empty table with the columns that it declares,
    so that everything below runs without it. -#}
{% macro optional_source(source_name, table_name) %}
    {% set relation = source(source_name, table_name) %}
    {% if execute and setting('raw_dir') %}
        {% set source_node = edition_sources()
            | selectattr('name', 'equalto', table_name) | first %}
        {% if not raw_table_exists(source_node) %}
            {% set types = {
                'number': 'bigint', 'text': 'varchar', 'timestamp': 'timestamp'
            } %}
            {{ return(empty_source(source_node, types)) }}
        {% endif %}
    {% endif %}
    {{ return(relation) }}
{% endmacro %}
