{#- Runs statements so that either all of them count or none.
    Example: in_one_transaction(['drop table a', 'create table a as select 1']). -#}
{% macro in_one_transaction(statements) %}
    {% do run_query('begin; ' ~ statements | join('; ') ~ '; commit;') %}
{% endmacro %}
