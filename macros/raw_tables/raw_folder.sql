{#- Where the raw tables of the edition are expected, in words.
    Example: raw_folder(node) -> the folder data/raw. -#}
{% macro raw_folder(source_node) %}
    {% if raw_relation(source_node).startswith('read_') %}
        {{ return('the folder ' ~ run_query(
            "select regexp_replace(" ~ raw_path(source_node) ~ ", '/[^/]*$', '')"
        ).columns[0].values()[0]) }}
    {% endif %}
    {{ return('the schema ' ~ setting('raw_dir')) }}
{% endmacro %}
