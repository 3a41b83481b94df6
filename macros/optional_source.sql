{#- A source that may be absent: then an empty table with the columns that it declares,
    so that everything below runs without it. -#}
{% macro optional_source(source_name, table_name) %}
    {% set relation = source(source_name, table_name) %}
    {% if execute and var('raw_dir') %}
        {% set source_node = edition_sources()
            | selectattr('name', 'equalto', table_name) | first %}
        {% if not raw_table_exists(source_node) %}
            {% set types = {
                'number': 'bigint', 'text': 'varchar', 'timestamp': 'timestamp'
            } %}
            {% set columns = [] %}
            {% for column in source_node.columns.values() %}
                {% do columns.append('cast(null as ' ~ types[column.data_type] ~ ') as '
                    ~ column.name) %}
            {% endfor %}
            {{ return('(select ' ~ columns | join(', ') ~ ' where false)') }}
        {% endif %}
    {% endif %}
    {{ return(relation) }}
{% endmacro %}
