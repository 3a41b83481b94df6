{#- The nodes of the public tables that this run builds. -#}
{% macro selected_public_models() %}
    {{ return(graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('unique_id', 'in', selected_resources)
        | selectattr('schema', 'in', public_schemas()) | list) }}
{% endmacro %}
