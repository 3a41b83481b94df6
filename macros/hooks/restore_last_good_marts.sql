{#- Puts the marts of the last good build back if a run was left unfinished; does nothing
    otherwise (see back_up_good_marts). What the unfinished run had built moves to schema
    marts_failed, so that its errors can be found. By hand:
    dbt run-operation restore_last_good_marts -#}
{% macro restore_last_good_marts() %}
    {% set copies = existing_tables('marts_last_good') %}
    {% if execute and 'unfinished_build' in copies %}
        {% set statements = [
            'drop schema if exists marts_failed cascade', 'create schema marts_failed'
        ] + forget_unfinished_run() %}
        {% set present = {} %}
        {% for schema_name in public_schemas() %}
            {% do present.update({schema_name: existing_tables(schema_name)}) %}
        {% endfor %}
        {% for schema_name, table_name in run_query(
            'select schema_name, table_name from marts_last_good.unfinished_build '
            ~ 'order by schema_name, table_name'
        ).rows %}
            {% set public_table = schema_name ~ '.' ~ table_name %}
            {% if table_name in present[schema_name] %}
                {% do statements.append('create table marts_failed.' ~ table_name
                    ~ ' as select * from ' ~ public_table) %}
                {% do statements.append('drop table ' ~ public_table) %}
            {% endif %}
            {% if table_name in copies %}
                {% do statements.append('create table ' ~ public_table
                    ~ ' as select * from marts_last_good.' ~ table_name) %}
            {% endif %}
        {% endfor %}
        {% do statements.append('drop schema marts_last_good cascade') %}
        {% do in_one_transaction(statements) %}
        {% do log('The build did not finish: the public tables are as the last good build '
            ~ 'left them; the unfinished ones are in schema marts_failed.', info=true) %}
    {% endif %}
{% endmacro %}
