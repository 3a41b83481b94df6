{#- After a run: notes which tables are good. If anything failed, what the run added to the
    tables that are kept over builds is taken back. -#}
{% macro finish_run(results) %}
    {% if execute and flags.WHICH in ('build', 'run', 'test') %}
        {% set statuses = {} %}
        {% for result in results %}
            {% do statuses.update({result.node.unique_id: result.status | string}) %}
        {% endfor %}
        {% set tests = {} %}
        {% for node in graph.nodes.values() if node.resource_type == 'test' %}
            {% do tests.update({node.unique_id: {
                'parents': node.depends_on.nodes,
                'is_selected': node.unique_id in selected_resources,
            }}) %}
        {% endfor %}
        {% do call_python('finish_run', {
            'invocation_id': invocation_id,
            'command': flags.WHICH,
            'selected': selected_resources,
            'statuses': statuses,
            'tests': tests,
            'nodes': built_nodes(),
        }) %}
    {% endif %}
{% endmacro %}
