{#- A raw table that is a table or view of the schema raw_dir, as raw_source gives it. -#}
{% macro raw_schema_table(table_name) %}
    {% set relation = raw_schema_names().get(table_name, '') %}
    {{ return({
        'file': table_name, 'kind': 'table' if relation else '', 'relation': relation,
        'problem': '', 'time_zone': '',
    }) }}
{% endmacro %}
