{#- The words of explain_failures for a failed test: what it says, how many rows break it,
    three of them. What it says is its description, else the comment that it opens with. -#}
{% macro failed_test_words(failure) %}
    {% set node = failure.node %}
    {% set comments = [] %}
    {% set opening = namespace(is_read=false) %}
    {% for line in node.raw_code.split('\n') if not opening.is_read %}
        {% if line.startswith('-- ') and 'depends_on' not in line %}
            {% do comments.append(line[3:].strip()) %}
        {% elif comments %}
            {% set opening.is_read = true %}
        {% endif %}
    {% endfor %}
    {% set rule = node.description or comments | join(' ') %}
    {% set checked = [] %}
    {% if node.test_metadata %}
        {% do checked.append(' (' ~ node.test_metadata.name) %}
        {% if node.column_name %}
            {% do checked.append(', column ' ~ node.column_name) %}
        {% endif %}
        {% if node.attached_node %}
            {% do checked.append(' of ' ~ node.attached_node.split('.')[-1]) %}
        {% endif %}
        {% do checked.append(')') %}
    {% endif %}
    {% set lines = ['* Rule ' ~ node.name ~ checked | join ~ ' is broken by '
        ~ failure.failures ~ (' row.' if failure.failures == 1 else ' rows.')] %}
    {% if rule %}{% do lines.append('  ' ~ rule | replace('\n', ' ') | trim) %}{% endif %}
    {% if node.compiled_code %}
        {% set examples = run_query('select distinct * from (' ~ node.compiled_code
            ~ '\n) as failing_rows order by all limit 3') %}
        {% for row in examples.rows %}
            {#- A test may say itself what is wrong with a row. -#}
            {% if 'problem' in examples.column_names %}
                {% do lines.append('  ' ~ row['problem']) %}
            {% else %}
                {% set cells = [] %}
                {% for name in examples.column_names %}
                    {% do cells.append(name ~ ': ' ~ row[name]) %}
                {% endfor %}
                {% do lines.append('  Example: ' ~ (cells | join(', '))[:300]) %}
            {% endif %}
        {% endfor %}
    {% endif %}
    {% if not rule %}
        {% do lines.append('  To do: mend these rows where they come from, or report them '
            ~ 'if the raw tables are right: ' ~ node.original_file_path) %}
    {% endif %}
    {{ return(lines) }}
{% endmacro %}
