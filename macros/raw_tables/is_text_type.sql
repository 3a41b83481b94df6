{#- Whether a DuckDB type is read as text: anything but the numbers.
    Example: is_text_type('VARCHAR') -> true, is_text_type('DECIMAL(9,2)') -> false. -#}
{% macro is_text_type(type) %}
    {{ return(type.split('(')[0] not in [
        'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT',
        'UINTEGER', 'UBIGINT', 'UHUGEINT', 'FLOAT', 'DOUBLE', 'DECIMAL',
    ]) }}
{% endmacro %}
