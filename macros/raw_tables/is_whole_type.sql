{#- Whether all values of a DuckDB type are whole numbers that a key or a day can hold.
    Example: is_whole_type('INTEGER') -> true, is_whole_type('DOUBLE') -> false. -#}
{% macro is_whole_type(type) %}
    {{ return(type in ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT')) }}
{% endmacro %}
