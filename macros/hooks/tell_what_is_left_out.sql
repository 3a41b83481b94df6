{#- After a good run that read a retailer's own tables: says as the last words on the
    terminal which columns nobody read, which rows were refused, and which sales have no
    household. Nothing where all of it is in. -#}
{% macro tell_what_is_left_out(results) %}
    {% if execute and flags.WHICH in ('build', 'run')
        and setting('edition') != 'completejourney' %}
        {% set failures = results | selectattr('status', 'in', [
            'error', 'fail', 'runtime error', 'partial success'
        ]) | list %}
        {% set built = {} %}
        {% for result in results %}
            {% do built.update({result.node.name: result.node.relation_name}) %}
        {% endfor %}
        {% set lines = [] %}
        {% if not failures and 'stg_rejected_rows' in built %}
            {% for source_node in edition_sources() if raw_table_exists(source_node) %}
                {% set ignored = raw_columns(source_node)
                    | selectattr('use', 'equalto', 'ignored')
                    | map(attribute='name') | list %}
                {% if ignored %}
                    {% do lines.append('  ' ~ source_node.name ~ ': nobody reads '
                        ~ ('columns ' if ignored | length > 1 else 'column ')
                        ~ ignored | join(', ')) %}
                {% endif %}
            {% endfor %}
            {% for row in run_query('select * from ' ~ built['stg_rejected_rows']
                ~ ' order by n_rejected desc, table_name, reason limit 5').rows %}
                {% do lines.append('  ' ~ row['table_name'] ~ ': '
                    ~ '{:,}'.format(row['n_rejected'] | int) ~ ' of '
                    ~ '{:,}'.format(row['n_rows'] | int) ~ ' rows refused: '
                    ~ row['reason']) %}
            {% endfor %}
        {% endif %}
        {% if not failures and 'stg_left_out_sales' in built %}
            {% for row in run_query('select * from '
                ~ built['stg_left_out_sales']).rows %}
                {% do lines.append('  transactions: ' ~ '{:,}'.format(row['n_lines'] | int)
                    ~ ' lines (' ~ '{:.1%}'.format(row['line_share'] | float)
                    ~ ') have ' ~ row['reason']) %}
            {% endfor %}
        {% endif %}
        {% if lines %}
            {% do say_last('Left out of the build (make check says more):\n'
                ~ lines | join('\n')) %}
        {% endif %}
    {% endif %}
{% endmacro %}
