{#- The columns of a raw table and of its contract, each with what a build does with it:
    read, ignored (nobody asks for it) or absent (may be missing).
    Example: raw_columns(node) -> [{'name': 'day', 'type': 'BIGINT', 'use': 'read'}, ...]. -#}
{% macro raw_columns(source_node) %}
    {% set columns = [] %}
    {% set found = {} %}
    {% for row in run_query('describe select * from ' ~ raw_relation(source_node)).rows %}
        {% do found.update({row[0] | lower: row[1]}) %}
    {% endfor %}
    {% set known = source_node.columns.values() | map(attribute='name') | map('lower') | list %}
    {% for name, type in found.items() %}
        {% do columns.append({'name': name, 'type': type,
            'use': 'read' if name in known else 'ignored'}) %}
    {% endfor %}
    {% for name in known if name not in found %}
        {% do columns.append({'name': name, 'type': none, 'use': 'absent'}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
