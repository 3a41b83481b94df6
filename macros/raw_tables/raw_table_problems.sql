{#- What is wrong with the raw table of a source as a whole, one sentence each: missing,
    empty, columns that are absent or of another type. An optional table may be absent
    or empty. -#}
{% macro raw_table_problems(source_node) %}
    {% set relation = raw_relation(source_node) %}
    {% set file = source_node.meta.file.replace('{name}', source_node.name) %}
    {% set is_optional = source_node.meta.get('lost_if_absent') is not none %}
    {% set problems = [] %}
    {% if not raw_table_exists(source_node) %}
        {% if is_optional %}{{ return([]) }}{% endif %}
        {{ return([file ~ ' is missing, expected it in ' ~ raw_folder(source_node) ~ '.']) }}
    {% endif %}
    {% set found = {} %}
    {% for row in run_query('describe select * from ' ~ relation).rows %}
        {% do found.update({row[0] | lower: row[1]}) %}
    {% endfor %}
    {% for column in source_node.columns.values() %}
        {% set found_type = found.get(column.name | lower) %}
        {% if found_type is none %}
            {% do problems.append(file ~ ' has no column ' ~ column.name
                ~ ', expected a column of type ' ~ column.data_type ~ '; it has '
                ~ found.keys() | join(', ') ~ '.') %}
        {% elif not relation.startswith('read_csv')
            and not is_readable_as(found_type, column.data_type) %}
            {% do problems.append(file ~ ' has column ' ~ column.name ~ ' of type '
                ~ found_type ~ ', expected type ' ~ column.data_type ~ '.') %}
        {% endif %}
    {% endfor %}
    {% if not is_optional and not problems and run_query('select count(*) from (select 1 '
        ~ 'from ' ~ relation ~ ' limit 1)').columns[0].values()[0] == 0 %}
        {% do problems.append(file ~ ' is empty, expected at least one row below its '
            ~ 'column names.') %}
    {% endif %}
    {{ return(problems) }}
{% endmacro %}
