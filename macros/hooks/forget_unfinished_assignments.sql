{#- Statements that take back what the unfinished run added to the history, if it did: a
    list that the last good marts do not show must not count as sent (see
    back_up_good_marts). -#}
{% macro forget_unfinished_assignments() %}
    {% if 'campaign_assignments' in existing_tables('history') %}
        {{ return([
            'delete from history.campaign_assignments where invocation_id in ('
                ~ 'select unfinished_run.invocation_id '
                ~ 'from marts_last_good.unfinished_run)'
        ]) }}
    {% endif %}
    {{ return([]) }}
{% endmacro %}
