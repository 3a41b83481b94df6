{#- The tables and views of the schema that raw_dir names, by their name in lower case.
    Example: raw_dir = shop.main -> {'products': '"shop"."main"."Products"'}. -#}
{% macro raw_schema_names() %}
    {% set names = {} %}
    {% for row in run_query("
        select lower(table_name), table_catalog, table_schema, table_name
        from information_schema.tables
        where lower('" ~ setting('raw_dir') | replace("'", "''") ~ "')
            in (lower(table_schema), lower(table_catalog || '.' || table_schema))
        order by all
    ").rows %}
        {% set parts = [] %}
        {% for part in row.values()[1:] %}
            {% do parts.append('"' ~ part | replace('"', '""') ~ '"') %}
        {% endfor %}
        {% do names.update({row[0]: parts | join('.')}) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
