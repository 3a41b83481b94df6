{#- The sources of the chosen edition, as they stand in the graph, in order of name. -#}
{% macro edition_sources() %}
    {{ return(
        graph.sources.values() | selectattr('source_name', 'equalto', setting('edition'))
        | sort(attribute='name') | list
    ) }}
{% endmacro %}
