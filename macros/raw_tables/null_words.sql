{#- The texts that mean a value is missing (var null_words), as a list of DuckDB.
    Example: null_words() -> ['', 'NA', 'NULL']. -#}
{% macro null_words() -%}
    [
    {%- for word in ([''] + var('null_words')) | unique %}
        '{{ word | replace("'", "''") }}'{{ ', ' if not loop.last }}
    {%- endfor -%}
    ]
{%- endmacro %}
