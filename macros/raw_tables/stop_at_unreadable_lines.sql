{#- Stops the build at a line of a text file that has too few or too many cells, or bytes of
    another encoding: DuckDB leaves such lines out and lists them. Runs after each table
    that is made of text files. -#}
{% macro stop_at_unreadable_lines() %}
    {% if execute and setting('edition') != 'completejourney' %}
        {% set is_listed = run_query("select count(*) from duckdb_tables() where temporary "
            ~ "and table_name = 'reject_errors'").columns[0].values()[0] %}
        {% set lines = unreadable_lines() if is_listed else [] %}
        {% if lines %}{{ stop_with(lines[0]) }}{% endif %}
    {% endif %}
{% endmacro %}
