{#- The columns that a source declares, without a row. `types` translates types that are
    not the database's own. Example: columns day (number) and types {'number': 'bigint'}
    -> (select cast(null as bigint) as day where false). -#}
{% macro empty_source(source_node, types={}) %}
    {% set columns = [] %}
    {% for column in source_node.columns.values() %}
        {% set type = types.get(column.data_type, column.data_type) %}
        {% do columns.append('cast(null as ' ~ type ~ ') as ' ~ column.name) %}
    {% endfor %}
    {{ return('(select ' ~ columns | join(', ') ~ ' where false)') }}
{% endmacro %}
