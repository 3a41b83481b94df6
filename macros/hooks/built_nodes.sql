{#- What retail_uplift.serving needs to know of each seed and model: where its table lies,
    what it is made of, and what of it identifies a household (meta personal_data). -#}
{% macro built_nodes() %}
    {% set nodes = {} %}
    {% for node in graph.nodes.values()
        if node.resource_type in ('model', 'seed') and 'check' not in node.tags %}
        {% set personal_columns = [] %}
        {% for column in node.columns.values()
            if (column.meta or {}).get('personal_data')
            or ((column.config or {}).meta or {}).get('personal_data') %}
            {% do personal_columns.append(column.name) %}
        {% endfor %}
        {% do nodes.update({node.unique_id: {
            'schema_name': node.schema,
            'table_name': node.alias,
            'path': node.original_file_path,
            'is_table': node.config.materialized != 'ephemeral',
            'parents': node.depends_on.nodes or [],
            'is_personal': (node.config.meta or {}).get('personal_data', false),
            'personal_columns': personal_columns,
        }}) %}
    {% endfor %}
    {{ return(nodes) }}
{% endmacro %}
