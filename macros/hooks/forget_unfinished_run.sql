{#- Statements that take back what the unfinished run added to the history, if it did: a
    list that the last good marts do not show must not count as sent, and the next build
    must not be compared with a failed one (see back_up_good_marts). -#}
{% macro forget_unfinished_run() %}
    {% set statements = [] %}
    {% for table_name in existing_tables('history') %}
        {% do statements.append(
            'delete from history.' ~ table_name ~ ' where invocation_id in ('
                ~ 'select unfinished_run.invocation_id '
                ~ 'from marts_last_good.unfinished_run)'
        ) %}
    {% endfor %}
    {{ return(statements) }}
{% endmacro %}
