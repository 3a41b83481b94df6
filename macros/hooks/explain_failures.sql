{#- After a run that stopped: says what stopped it as the last words on the terminal, a
    rule or an error each with its number of rows, three examples and what to do. dbt alone
    says "Got 1 result". -#}
{% macro explain_failures(results) %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'seed') %}
        {% set failures = results | selectattr('status', 'in', [
            'error', 'fail', 'runtime error', 'partial success'
        ]) | list %}
        {% if failures %}
            {% set lines = ['The build stopped. What stopped it, and what to do:'] %}
            {% for failure in failures[:5] %}
                {% do lines.append('') %}
                {% if failure.node.name == 'assert_rejected_rows_stay_rare' %}
                    {% do lines.extend(rejected_rows_words()) %}
                {% elif failure.status == 'fail' %}
                    {% do lines.extend(failed_test_words(failure)) %}
                {% else %}
                    {% do lines.extend(error_words(failure)) %}
                {% endif %}
            {% endfor %}
            {% if failures | length > 5 %}
                {% do lines.extend(['', 'And ' ~ (failures | length - 5)
                    ~ ' more, listed above. The first is the one to mend first.']) %}
            {% endif %}
            {% do say_last(lines | join('\n')) %}
        {% endif %}
    {% endif %}
{% endmacro %}
