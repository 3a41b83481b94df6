{#- Selects of kind, name and value, one for each thing that record_build adds. -#}
{% macro end_facts(results) %}
    {% set about_builds = [] %}
    {% for node in graph.nodes.values() if 'about_builds' in node.tags %}
        {% do about_builds.append(node.name) %}
    {% endfor %}
    {% set counted = {} %}
    {% for result in results %}
        {% set node = result.node %}
        {% set part = node.group or node.fqn[1] %}
        {% if node.resource_type != 'model' %}
            {% set part = node.resource_type ~ 's' %}
        {% endif %}
        {% set seconds = ('seconds', part | string) %}
        {% do counted.update({
            seconds: counted.get(seconds, 0) + result.execution_time
        }) %}
        {% if node.resource_type == 'test' %}
            {% set tests = ('tests', result.status | string) %}
            {% do counted.update({tests: counted.get(tests, 0) + 1}) %}
        {% endif %}
    {% endfor %}
    {% set facts = [] %}
    {% for (kind, name), value in counted.items() %}
        {% do facts.append("select '" ~ kind ~ "' as kind, '" ~ name ~ "' as name, "
            ~ 'cast(' ~ value ~ ' as double) as value') %}
    {% endfor %}
    {% for schema_name in public_schemas() %}
        {% for table_name in existing_tables(schema_name)
            if table_name not in about_builds %}
            {% do facts.append("select 'rows', '" ~ schema_name ~ '.' ~ table_name
                ~ "', count(*) from " ~ schema_name ~ '.' ~ table_name) %}
        {% endfor %}
    {% endfor %}
    {{ return(facts) }}
{% endmacro %}
