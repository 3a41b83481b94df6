{#- Compares the raw files of the chosen edition with the columns that its sources
    declare, before any model runs. What is wrong with a whole file stops the run here
    with one sentence; what is wrong with single rows is set aside later. -#}
{% macro check_raw_files() %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'test', 'snapshot') %}
        {% set editions = ['completejourney', 'dunnhumby', 'canonical'] %}
        {% if var('edition') not in editions %}
            {{ stop_with("var edition is '" ~ var('edition') ~ "', expected one of "
                ~ editions | join(', ') ~ ".") }}
        {% endif %}
        {% if var('edition') != 'completejourney' and not var('raw_dir') %}
            {{ stop_with("var raw_dir is not set, expected the folder of the raw "
                ~ "files.") }}
        {% endif %}
        {% for source_node in graph.sources.values()
            if source_node.source_name == var('edition') %}
            {{ check_raw_file(source_node) }}
        {% endfor %}
    {% endif %}
{% endmacro %}
