{#- Prints how well a folder (or schema) of raw tables fits the canonical contract, table
    by table, before any build; fails if it does not. Rows are checked by the build.
    dbt run-operation check_canonical --vars '{edition: canonical, raw_dir: folder}' -#}
{% macro check_canonical() %}
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
            {% endif %}
        {% endfor %}
        {% if counted.problems %}
            {{ stop_with(counted.problems ~ ' problem(s) in '
                ~ raw_folder(edition_sources()[0]) ~ ', listed above.') }}
        {% endif %}
        {% do log('The tables fit the contract; rows that break it are set aside by the '
            ~ 'build and listed in staging.stg_rejected_rows.', info=true) %}
    {% endif %}
{% endmacro %}
