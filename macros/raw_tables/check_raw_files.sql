{#- Compares the raw tables of the chosen edition with the columns that its sources
    declare, before any model runs. What is wrong with a whole table stops the run here
    with one sentence; what is wrong with single rows is set aside later. -#}
{% macro check_raw_files() %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'test', 'snapshot') %}
        {{ check_plugin() }}
        {{ check_edition_vars() }}
        {% for source_node in edition_sources() %}
            {% set problems = raw_table_problems(source_node) %}
            {% if problems %}
                {{ stop_with('file ' ~ problems[0]) }}
            {% endif %}
        {% endfor %}
        {% set absent = absent_tables() %}
        {% if absent %}
            {% do log('Edition ' ~ setting('edition') ~ ': built without '
                ~ absent | join(', ') ~ '.', info=true) %}
        {% endif %}
    {% endif %}
{% endmacro %}
