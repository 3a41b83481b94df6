{#- Prints what can be said of the raw tables as a whole, before any build: rows, what is
    missing, which columns are ignored; fails if a build cannot read them. `make check`
    reads the rows, too.
    RETAIL_UPLIFT_EDITION=canonical RETAIL_UPLIFT_RAW_DIR=folder dbt run-operation check_raw -#}
{% macro check_raw() %}
    {% if execute %}
        {{ check_edition_vars() }}
        {% set counted = namespace(problems=0) %}
        {% for source_node in edition_sources() %}
            {% set problems = raw_table_problems(source_node) %}
            {% set counted.problems = counted.problems + problems | length %}
            {% set label = source_node.name.ljust(20) %}
            {% if problems %}
                {% for problem in problems %}
                    {% do log(label ~ 'PROBLEM  ' ~ problem, info=true) %}
                {% endfor %}
            {% elif not raw_table_exists(source_node) %}
                {% do log(label ~ 'absent   ' ~ source_node.meta.lost_if_absent,
                    info=true) %}
            {% else %}
                {% set n_rows = run_query('select count(*) from '
                    ~ raw_relation(source_node)).columns[0].values()[0] %}
                {% do log(label ~ 'ok       ' ~ '{:,}'.format(n_rows) ~ ' rows',
                    info=true) %}
                {% set columns = raw_columns(source_node) %}
                {% for use in ('ignored', 'absent') %}
                    {% set names = columns | selectattr('use', 'equalto', use)
                        | map(attribute='name') | list %}
                    {% if names %}
                        {% do log(' ' * 20 ~ use.ljust(9) ~ names | join(', '), info=true) %}
                    {% endif %}
                {% endfor %}
            {% endif %}
        {% endfor %}
        {% if counted.problems %}
            {{ stop_with(counted.problems ~ ' problem(s) in '
                ~ raw_folder(edition_sources()[0]) ~ ', listed above.') }}
        {% endif %}
        {% do log('The tables can be read. `make check` reads their rows, too, and says what '
            ~ 'will come out.', info=true) %}
    {% endif %}
{% endmacro %}
