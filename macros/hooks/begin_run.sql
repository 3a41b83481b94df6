{#- Before a run that builds models: what the last one left unfinished is taken back, and
    what this one builds counts as not good until finish_run says so. -#}
{% macro begin_run() %}
    {% if execute and flags.WHICH in ('build', 'run') %}
        {% do call_python('begin_run', {
            'invocation_id': invocation_id,
            'started_at': run_started_at.strftime('%Y-%m-%d %H:%M:%S'),
            'selected': selected_resources,
        }) %}
    {% endif %}
{% endmacro %}
