{#- Puts the marts of the last good build back if a run was left unfinished; does nothing
    otherwise (see back_up_good_marts). What the unfinished run had built moves to schema
    marts_failed, so that its errors can be found. By hand:
    dbt run-operation restore_last_good_marts -#}
{% macro restore_last_good_marts() %}
    {% set copies = existing_tables('marts_last_good') %}
    {% if execute and 'unfinished_build' in copies %}
        {% set replaced = run_query(
            'select table_name from marts_last_good.unfinished_build order by table_name'
        ).columns[0].values() %}
        {% set present = existing_tables('marts') %}
        {% set statements = [
            'drop schema if exists marts_failed cascade', 'create schema marts_failed'
        ] + forget_unfinished_assignments() %}
        {% for table_name in replaced if table_name in present %}
            {% do statements.append('create table marts_failed.' ~ table_name
                ~ ' as select * from marts.' ~ table_name) %}
            {% if table_name not in copies %}
                {% do statements.append('drop table marts.' ~ table_name) %}
            {% endif %}
        {% endfor %}
        {% for table_name in replaced if table_name in copies %}
            {% do statements.append('create or replace table marts.' ~ table_name
                ~ ' as select * from marts_last_good.' ~ table_name) %}
        {% endfor %}
        {% do statements.append('drop schema marts_last_good cascade') %}
        {% do in_one_transaction(statements) %}
        {% do log('The build did not finish: schema marts is as the last good build left '
            ~ 'it; the unfinished tables are in schema marts_failed.', info=true) %}
    {% endif %}
{% endmacro %}
