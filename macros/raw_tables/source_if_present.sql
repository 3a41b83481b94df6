{#- A source that is written outside of dbt, perhaps later: an empty table with the columns
    that it declares as long as there is none. Example: nobody has run `make audit` yet
    -> (select cast(null as varchar) as design, ... where false). -#}
{% macro source_if_present(source_name, table_name) %}
    {% set relation = source(source_name, table_name) %}
    {% if execute and load_relation(relation) is none %}
        {% set source_node = graph.sources.values()
            | selectattr('source_name', 'equalto', source_name)
            | selectattr('name', 'equalto', table_name) | first %}
        {{ return(empty_source(source_node)) }}
    {% endif %}
    {{ return(relation) }}
{% endmacro %}
