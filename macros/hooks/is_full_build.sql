{#- Whether this run builds every seed and every model but those of `make check`. A build
    of a part must not pose as one of the whole. -#}
{% macro is_full_build() %}
    {% set left_out = [] %}
    {% for node in (graph.nodes.values() if execute else [])
        if node.resource_type in ('model', 'seed') and 'check' not in node.tags
        and node.unique_id not in selected_resources %}
        {% do left_out.append(node.name) %}
    {% endfor %}
    {{ return(flags.WHICH == 'build' and not left_out) }}
{% endmacro %}
