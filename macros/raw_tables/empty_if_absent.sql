{#- The relation of a raw table that may be absent: then an empty one with the columns that
    its source declares, so that everything below runs without it. -#}
{% macro empty_if_absent(source_name, table_name) %}
    {% set raw = raw_table(source_name, table_name) %}
    {% if raw.is_present %}{{ return(raw.relation) }}{% endif %}
    {% if execute %}
        {% set source_node = graph.sources.values()
            | selectattr('source_name', 'equalto', source_name)
            | selectattr('name', 'equalto', table_name) | first %}
        {{ return(empty_source(source_node, {'number': 'varchar', 'text': 'varchar'})) }}
    {% endif %}
    {{ return(raw.relation) }}
{% endmacro %}
