{#- The columns of a raw table and of its contract, each with what a build does with it:
    read, ignored (nobody asks for it) or absent (may be missing).
    Example: raw_columns(node) -> [{'name': 'day', 'type': 'BIGINT', 'use': 'read'}, ...]. -#}
{% macro raw_columns(source_node) %}
    {% set columns = [] %}
    {% set found = raw_source(source_node).columns %}
    {% set asked = source_node.columns.values() | map(attribute='name') | map('lower') | list %}
    {#- Columns that vars of edition canonical name. -#}
    {% set named = [] %}
    {% if source_node.source_name == 'canonical' and source_node.name == 'transactions' %}
        {% do named.extend(setting('basket_key')) %}
    {% elif source_node.source_name == 'canonical'
        and source_node.name == 'campaign_targets' %}
        {% for names in var('holdout_columns').values() %}{% do named.extend(names) %}{% endfor %}
    {% endif %}
    {% for name, column in found.items() %}
        {% set is_read = name in asked or name in named | map('lower') | list
            or source_node.meta.get('takes_all_columns') %}
        {% do columns.append({
            'name': name, 'type': column.type, 'use': 'read' if is_read else 'ignored'
        }) %}
    {% endfor %}
    {% for name in asked if name not in found %}
        {% do columns.append({'name': name, 'type': none, 'use': 'absent'}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
