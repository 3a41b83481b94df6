{#- The nodes of the models of some schemas that this run builds.
    Example: selected_models(public_schemas()) -> those of the public tables. -#}
{% macro selected_models(schemas) %}
    {{ return(graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('unique_id', 'in', selected_resources)
        | selectattr('schema', 'in', schemas) | list) }}
{% endmacro %}
