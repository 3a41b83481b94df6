{#- Compares the raw files of the chosen edition with the columns that its sources
    declare, before any model runs. What is wrong with a whole file stops the run here
    with one sentence; what is wrong with single rows is set aside later. -#}
{% macro check_raw_files() %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'test', 'snapshot') %}
        {% set editions = ['completejourney', 'dunnhumby', 'canonical'] %}
        {% if var('edition') not in editions %}
            {{ stop_with("var edition is '" ~ var('edition') ~ "', expected one of "
                ~ editions | join(', ') ~ ".") }}
        {% endif %}
        {% if var('edition') != 'completejourney' and not var('raw_dir') %}
            {{ stop_with("var raw_dir is not set, expected the folder of the raw "
                ~ "files.") }}
        {% endif %}
        {% for source_node in graph.sources.values()
            if source_node.source_name == var('edition') %}
            {{ check_raw_file(source_node) }}
        {% endfor %}
    {% endif %}
{% endmacro %}

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

{#- Whether a DuckDB type holds values of one of the three declared kinds. -#}
{% macro is_readable_as(found_type, declared_kind) %}
    {% set kinds = {
        'number': ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT',
            'USMALLINT', 'UINTEGER', 'UBIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'],
        'text': ['VARCHAR', 'ENUM'],
        'timestamp': ['DATE', 'TIMESTAMP', 'TIMESTAMP_NS', 'TIMESTAMP_MS',
            'TIMESTAMP_S', 'TIMESTAMP WITH TIME ZONE'],
    } %}
    {{ return(found_type.split('(')[0] in kinds[declared_kind]) }}
{% endmacro %}

{% macro stop_with(sentence) %}
    {{ exceptions.raise_compiler_error("Edition " ~ var('edition') ~ ": " ~ sentence) }}
{% endmacro %}
