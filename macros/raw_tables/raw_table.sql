{#- What a base model needs of a raw table: the relation to select from, its columns, and
    whether it is there. A table that is absent, or of another edition, has no rows and no
    columns; macros such as stated_number then give NULL.
    Example: raw_table('canonical', 'products') -> {'relation': "read_parquet([...])",
    'columns': {'product_id': {'name': '"product_id"', 'type': 'BIGINT'}}, ...}. -#}
{% macro raw_table(source_name, table_name) %}
    {% set lineage = source(source_name, table_name) %}
    {% if execute and setting('edition') == source_name and setting('raw_dir') %}
        {% set source_node = edition_sources()
            | selectattr('name', 'equalto', table_name) | first %}
        {% set found = raw_source(source_node) %}
        {% if found.relation %}{{ return(found) }}{% endif %}
    {% endif %}
    {{ return({
        'relation': '(select null as nothing where false)', 'columns': {}, 'kind': '',
        'file': table_name, 'problem': '', 'time_zone': '', 'is_present': false,
    }) }}
{% endmacro %}
