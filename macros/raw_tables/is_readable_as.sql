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
