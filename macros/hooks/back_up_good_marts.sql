{#- Before a run. A build that stops half-way must leave the marts as the last good build
    left them, but dbt replaces tables one by one. So the marts that the run is about to
    replace are copied into schema marts_last_good first; table unfinished_build names
    them, and unfinished_run the run, which may add to the history. After
    the run keep_or_restore_marts forgets the copies or puts them back; when dbt itself
    was killed, restore_last_good_marts does it by hand, from make, or before the next
    run. -#}
{% macro back_up_good_marts() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {{ restore_last_good_marts() }}
        {% set selected_marts = selected_models(public_schemas()) %}
        {% if selected_marts or selected_models(['history']) %}
            {% set statements = [
                'create schema if not exists marts_last_good',
                "create or replace table marts_last_good.unfinished_run as "
                    ~ "select '" ~ invocation_id ~ "' as invocation_id",
                'create or replace table marts_last_good.unfinished_build '
                    ~ '(schema_name varchar, table_name varchar)',
            ] %}
            {% set present = {} %}
            {% for schema_name in public_schemas() %}
                {% do present.update({schema_name: existing_tables(schema_name)}) %}
            {% endfor %}
            {% for mart in selected_marts %}
                {% do statements.append(
                    "insert into marts_last_good.unfinished_build values ('"
                    ~ mart.schema ~ "', '" ~ mart.alias ~ "')"
                ) %}
                {% if mart.alias in present[mart.schema] %}
                    {% do statements.append(
                        'create or replace table marts_last_good.' ~ mart.alias
                        ~ ' as select * from ' ~ mart.schema ~ '.' ~ mart.alias
                    ) %}
                {% endif %}
            {% endfor %}
            {% do in_one_transaction(statements) %}
        {% endif %}
    {% endif %}
{% endmacro %}
