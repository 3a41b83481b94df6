{#- After a good run that added to the history: what is known only at its end. That is the
    rows of the public tables (without those about builds), the seconds of each wing and
    the data tests. The table of differences is made again, as it compares the rows. -#}
{% macro record_build(results) %}
    {% set nodes = {} %}
    {% for result in results %}
        {% do nodes.update({result.node.name: result.node}) %}
    {% endfor %}
    {% set failures = results | selectattr('status', 'in', [
        'error', 'fail', 'runtime error', 'partial success'
    ]) | list %}
    {% if execute and flags.WHICH in ('build', 'run')
        and 'run_history' in nodes and not failures %}
        {% set history = nodes['run_history'].relation_name %}
        {% set facts = end_facts(results) %}
        {% set statements = [
            'insert into ' ~ history ~ ' by name with build as (select distinct '
                ~ 'invocation_id, built_at, edition, is_full_build from ' ~ history
                ~ " where invocation_id = '" ~ invocation_id ~ "'), facts as ("
                ~ facts | join(' union all ') ~ ') select build.*, facts.*, '
                ~ 'facts.name as label from build cross join facts'
        ] %}
        {% set differences = nodes.get('fct_run_differences') %}
        {% if differences %}
            {% do statements.append('delete from ' ~ differences.relation_name) %}
            {% do statements.append('insert into ' ~ differences.relation_name
                ~ ' by name ' ~ differences.compiled_code) %}
        {% endif %}
        {% do in_one_transaction(statements) %}
    {% endif %}
{% endmacro %}
