{#- That a raw table is missing, and under which names it was looked for. -#}
{% macro missing_table_sentence(source_node) %}
    {% set form = raw_format(source_node) %}
    {% set name = source_node.name %}
    {% set names = {
        'parquet': name ~ '.parquet or a folder of its parts',
        'package': name ~ '.parquet',
        'csv': name ~ '.csv (also .gz, .zst, .tsv, .txt) or a folder of its parts',
        'auto': name ~ '.parquet, ' ~ name ~ '.csv (also .gz, .zst, .tsv, .txt) or a '
            ~ 'folder of its parts',
        'table': 'a table or view of that name',
    } %}
    {{ return(name ~ ' is missing, expected ' ~ names[form] ~ ' in '
        ~ raw_folder(source_node) ~ '.') }}
{% endmacro %}
