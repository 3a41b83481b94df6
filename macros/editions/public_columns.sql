{#- The columns of the public tables as their YAML describes them, as JSON. What meta says of
    a column is null where it says nothing.
    Example: [{"schema_name": "marts", "table_name": "dim_segments", "position": 1, ...}]. -#}
{% macro public_columns() %}
    {% set columns = [] %}
    {% for node in (graph.nodes.values() if execute else [])
        if node.resource_type == 'model' and node.access == 'public'
        and node.package_name == 'retail_uplift' %}
        {% for column in node.columns.values() %}
            {% do columns.append({
                'schema_name': node.schema,
                'table_name': node.alias,
                'position': loop.index,
                'column_name': column.name,
                'data_type': column.data_type,
                'definition': column.description | trim,
                'stated_unit': column.meta.get('unit'),
                'stated_additive': column.meta.get('is_additive'),
                'stated_personal': column.meta.get('personal_data'),
            }) %}
        {% endfor %}
    {% endfor %}
    {{ return(tojson(columns)) }}
{% endmacro %}
