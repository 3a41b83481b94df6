{#- What is wrong with the raw table of a source as a whole, one sentence each: missing,
    unreadable, empty, columns that are absent or cannot hold what they should. -#}
{% macro raw_table_problems(source_node) %}
    {% set raw = raw_source(source_node) %}
    {% set is_optional = source_node.meta.get('lost_if_absent') is not none %}
    {% if raw.problem %}
        {#- Most sentences name the file themselves. -#}
        {% set is_named = raw.problem.startswith(raw.file) %}
        {{ return([raw.problem if is_named else raw.file ~ ': ' ~ raw.problem]) }}
    {% endif %}
    {% if not raw.is_present %}
        {{ return([] if is_optional else [missing_table_sentence(source_node)]) }}
    {% endif %}
    {% set needed = source_node.meta.get('needs') %}
    {% set problems = [] %}
    {% if needed %}
        {% set needed_node = edition_sources() | selectattr('name', 'equalto', needed)
            | first %}
        {% if not raw_table_exists(needed_node) %}
            {% do problems.append(raw.file ~ ' is there, but no ' ~ needed
                ~ '; add that table or take this one away.') %}
        {% endif %}
    {% endif %}
    {% do problems.extend(missing_column_sentences(source_node, raw)) %}
    {% for column in source_node.columns.values() %}
        {% set found = raw.columns.get(column.name | lower) %}
        {% if found and not is_readable_as(found.type, column.data_type) %}
            {% do problems.append(raw.file ~ ' has column ' ~ column.name ~ ' of type '
                ~ found.type ~ ', expected type ' ~ column.data_type ~ '.') %}
        {% elif found and found.type == 'TIMESTAMP WITH TIME ZONE'
            and source_node.source_name == 'canonical'
            and not (setting('time_zone') or raw.time_zone) %}
            {% do problems.append(raw.file ~ ' has column ' ~ column.name ~ ' with a time '
                ~ "zone, expected the shops' own zone in var time_zone, as Europe/Berlin "
                ~ 'or America/New_York.') %}
        {% endif %}
    {% endfor %}
    {% if not is_optional and not problems and run_query('select count(*) from (select 1 '
        ~ 'from ' ~ raw.relation ~ ' limit 1)').columns[0].values()[0] == 0 %}
        {% do problems.append(raw.file ~ ' is empty, expected at least one row below its '
            ~ 'column names.') %}
    {% endif %}
    {{ return(problems) }}
{% endmacro %}
