{#- What a build does with each column of each raw table, from the files' own schemas. -#}
{% set rows = [] %}
{% if execute %}
    {% for source_node in edition_sources() if raw_table_exists(source_node) %}
        {% for column in raw_columns(source_node) %}
            {% do rows.append((source_node.name, column.name, column.type, column.use)) %}
        {% endfor %}
    {% endfor %}
{% endif %}

with

final as (

    {% for table_name, column_name, raw_type, use in rows -%}
    select
        '{{ table_name }}' as table_name,
        '{{ column_name | replace("'", "''") }}' as column_name,
        {{ "'" ~ raw_type | replace("'", "''") ~ "'" if raw_type else 'null' }} as raw_type,
        '{{ use }}' as column_use
    {% if not loop.last %}union all{% endif %}
    {% else -%}
    select
        cast(null as varchar) as table_name,
        cast(null as varchar) as column_name,
        cast(null as varchar) as raw_type,
        cast(null as varchar) as column_use
    where false
    {% endfor %}
)

select * from final
