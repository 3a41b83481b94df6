{#- Whether a DuckDB type can hold values of a declared kind. Text and numbers are tried
    value by value; lists, structs and the like are never read.
    Example: is_readable_as('VARCHAR[]', 'text') -> false. -#}
{% macro is_readable_as(found_type, declared_kind) %}
    {% set type = found_type.split('(')[0] %}
    {% if found_type.endswith(']') or type in ('STRUCT', 'MAP', 'UNION', 'BLOB', 'BIT') %}
        {{ return(false) }}
    {% endif %}
    {% if declared_kind in ('date', 'timestamp') %}
        {{ return(type not in ('TIME', 'BOOLEAN')) }}
    {% endif %}
    {% set is_time = type.startswith('TIMESTAMP')
        or type in ('DATE', 'TIME', 'INTERVAL') %}
    {{ return(declared_kind == 'text' or not is_time) }}
{% endmacro %}
