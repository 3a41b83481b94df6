{#- Stops the run with one sentence if the raw file of a source is missing, empty, or has
    other columns than the source declares. -#}
{% macro check_raw_file(source_node) %}
    {% set relation = source_node.meta.external_location.replace(
        '{name}', source_node.name) %}
    {% set path = relation.split('(', 1)[1].rsplit(')', 1)[0].split(', header')[0] %}
    {% set folder = run_query("select regexp_replace(" ~ path ~ ", '/[^/]*$', '')")
        .columns[0].values()[0] %}
    {% set file = source_node.meta.file.replace('{name}', source_node.name) %}
    {% if run_query("select count(*) from glob(" ~ path ~ ")").columns[0].values()[0] == 0 %}
        {{ stop_with("file " ~ file ~ " is missing, expected it in the folder "
            ~ folder ~ ".") }}
    {% endif %}
    {% set found = {} %}
    {% for row in run_query("describe select * from " ~ relation).rows %}
        {% do found.update({row[0] | lower: row[1]}) %}
    {% endfor %}
    {% for column in source_node.columns.values() %}
        {% if column.name | lower not in found %}
            {{ stop_with("file " ~ file ~ " has no column " ~ column.name
                ~ ", expected a column of type " ~ column.data_type
                ~ "; it has " ~ found.keys() | join(', ') ~ ".") }}
        {% endif %}
        {% set found_type = found[column.name | lower] %}
        {% if not is_readable_as(found_type, column.data_type)
            and not relation.startswith('read_csv') %}
            {{ stop_with("file " ~ file ~ " has column " ~ column.name ~ " of type "
                ~ found_type ~ ", expected type " ~ column.data_type ~ ".") }}
        {% endif %}
    {% endfor %}
    {% if run_query("select count(*) from (select 1 from " ~ relation ~ " limit 1)")
        .columns[0].values()[0] == 0 %}
        {{ stop_with("file " ~ file ~ " is empty, expected at least one row below "
            ~ "its column names.") }}
    {% endif %}
{% endmacro %}
