{#- After a run: forgets the copies of the last good marts, or puts them back if anything
    failed (see back_up_good_marts). -#}
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
