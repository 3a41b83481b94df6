{#- A source that may be absent: then an empty table with the columns that it declares,
    so that everything below runs without it. -#}
{% macro optional_source(source_name, table_name) %}
    {% set relation = source(source_name, table_name) %}
    {% if execute and var('raw_dir') and table_name in absent_tables() %}
        {% set types = {'number': 'bigint', 'text': 'varchar', 'timestamp': 'timestamp'} %}
        {% set columns = [] %}
        {% for source_node in edition_sources() if source_node.name == table_name %}
            {% for column in source_node.columns.values() %}
                {% do columns.append('cast(null as ' ~ types[column.data_type] ~ ') as '
                    ~ column.name) %}
            {% endfor %}
        {% endfor %}
        {{ return('(select ' ~ columns | join(', ') ~ ' where false)') }}
    {% endif %}
    {{ return(relation) }}
{% endmacro %}
