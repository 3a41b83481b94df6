{#- The last hook of a build: publishes the wings whose tables are good. By hand, after
    publishing failed: dbt run-operation publish_build. -#}
{% macro publish_build() %}
    {% if execute and flags.WHICH in ('build', 'run-operation') %}
        {% set problem = call_python('publish_build', {
            'invocation_id': invocation_id,
            'is_by_hand': flags.WHICH == 'run-operation',
            'publish_personal_data': var('publish_personal_data'),
            'nodes': built_nodes(),
        }) %}
        {% if problem and flags.WHICH == 'run-operation' %}
            {{ exceptions.raise_compiler_error(problem) }}
        {% elif problem %}
            {#- As a statement that fails, so that dbt's exit code says it, too. -#}
            select error('{{ problem | replace("'", "''") }}')
        {% endif %}
    {% endif %}
{% endmacro %}
