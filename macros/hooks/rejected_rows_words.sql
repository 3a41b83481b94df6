{#- The words of explain_failures for tables that lost too many rows: each reason, its
    number and share of rows, and three examples. -#}
{% macro rejected_rows_words() %}
    {#- Not by ref: a hook knows only what it refers to when it is parsed. -#}
    {% set rejected_rows = (graph.nodes.values()
        | selectattr('name', 'equalto', 'stg_rejected_rows') | first).relation_name %}
    {% set reasons = run_query(
        'with rejected_rows as (select * from ' ~ rejected_rows ~ '), '
        ~ 'broken_tables as (select table_name from rejected_rows group by table_name '
        ~ 'having sum(rejected_share) > ' ~ max_rejected_share('table_name')
        ~ ' and sum(n_rejected) > ' ~ setting('max_rejected_rows') ~ ') '
        ~ 'select table_name, reason, n_rejected, n_rows, rejected_share, examples '
        ~ 'from rejected_rows inner join broken_tables using (table_name) '
        ~ 'order by rejected_share desc, n_rejected desc, table_name, reason limit 5'
    ) %}
    {% set lines = [
        '* Too many rows of the raw tables cannot be used (var max_rejected_share). The '
            ~ 'reasons, the largest share first:'
    ] %}
    {% for row in reasons.rows %}
        {% do lines.append('  ' ~ row['table_name'] ~ ': ' ~ row['reason'] ~ ': '
            ~ '{:,}'.format(row['n_rejected'] | int) ~ ' of '
            ~ '{:,}'.format(row['n_rows'] | int) ~ ' rows ('
            ~ '{:.2%}'.format(row['rejected_share'] | float) ~ ')') %}
        {% for example in row['examples'].split(' | ')[:3] %}
            {% do lines.append('    Example: ' ~ example[:300]) %}
        {% endfor %}
    {% endfor %}
    {% do lines.append('  To do: mend these rows where they come from; or, if you can do '
        ~ 'without them, raise var max_rejected_share. All reasons are in '
        ~ 'staging.stg_rejected_rows.') %}
    {{ return(lines) }}
{% endmacro %}
