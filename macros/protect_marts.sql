{#- A build that stops half-way must leave the marts as the last good build left them.
    dbt replaces tables one by one, so the marts that a run is about to replace are
    copied first and put back if anything fails. Three steps, one per hook:
      back_up_good_marts       before the run
      keep_or_restore_marts    after it: forget the copies, or put them back
      restore_last_good_marts  by hand (or by make) when dbt itself was killed -#}

{% macro back_up_good_marts() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {{ restore_last_good_marts() }}
        {% set statements = [
            'create schema if not exists marts_last_good',
            'create or replace table marts_last_good.unfinished_build as '
                ~ "select '" ~ invocation_id ~ "' as invocation_id",
        ] %}
        {% for table_name in existing_tables('marts') %}
            {% do statements.append(
                'create or replace table marts_last_good.' ~ table_name
                ~ ' as select * from marts.' ~ table_name
            ) %}
        {% endfor %}
        {% do in_one_transaction(statements) %}
    {% endif %}
{% endmacro %}

{% macro keep_or_restore_marts(results) %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% set failures = results | selectattr('status', 'in', [
            'error', 'fail', 'runtime error', 'partial success'
        ]) | list %}
        {% if failures %}
            {{ restore_last_good_marts() }}
        {% else %}
            {% do in_one_transaction(['drop schema if exists marts_last_good cascade']) %}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro restore_last_good_marts() %}
    {% set good_tables = existing_tables('marts_last_good') %}
    {% if 'unfinished_build' in good_tables %}
        {% set statements = [
            'drop schema if exists marts_failed cascade',
            'create schema marts_failed',
        ] %}
        {% for table_name in existing_tables('marts') %}
            {# The failed build's tables stay readable, so that its errors can be found. #}
            {% do statements.append(
                'create table marts_failed.' ~ table_name
                ~ ' as select * from marts.' ~ table_name
            ) %}
            {% if table_name not in good_tables %}
                {% do statements.append('drop table marts.' ~ table_name) %}
            {% endif %}
        {% endfor %}
        {% for table_name in good_tables if table_name != 'unfinished_build' %}
            {% do statements.append(
                'create or replace table marts.' ~ table_name
                ~ ' as select * from marts_last_good.' ~ table_name
            ) %}
        {% endfor %}
        {% do statements.append('drop schema marts_last_good cascade') %}
        {% do in_one_transaction(statements) %}
        {% do log(
            "The build did not finish: schema marts is as the last good build left it; "
            ~ "the unfinished tables are in schema marts_failed.", info=true
        ) %}
    {% endif %}
{% endmacro %}

{% macro existing_tables(schema_name) %}
    {{ return(run_query(
        "select table_name from information_schema.tables "
        ~ "where table_catalog = current_database() and table_schema = '"
        ~ schema_name ~ "' order by table_name"
    ).columns[0].values() | list) }}
{% endmacro %}

{% macro in_one_transaction(statements) %}
    {% do run_query('begin; ' ~ statements | join('; ') ~ '; commit;') %}
{% endmacro %}
