{#- What the raw tables of an edition are: parquet, csv, auto (files, whichever are
    there), table, or package for those inside the installed data package. Of `auto`, a
    raw_dir that is no folder but a schema means table. -#}
{% macro raw_format(source_node) %}
    {% if source_node.source_name == 'completejourney' %}{{ return('package') }}{% endif %}
    {% if source_node.source_name == 'dunnhumby' %}{{ return('csv') }}{% endif %}
    {% set form = setting('canonical_format') %}
    {% if form == 'auto' and raw_schema_names() %}
        {% set n_files = run_query("select count(*) from glob('"
            ~ setting('raw_dir') | replace("'", "''") ~ "/*')").columns[0].values()[0] %}
        {{ return('auto' if n_files else 'table') }}
    {% endif %}
    {{ return(form) }}
{% endmacro %}
