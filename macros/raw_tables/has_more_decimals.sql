{#- Whether an amount is rounded to the four decimals that are kept. -#}
{% macro has_more_decimals(raw, column) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if not found or found.type.endswith('INT') or found.type == 'INTEGER' -%}
        false
    {%- else -%}
        coalesce(
            abs(
                {{ stated_number(raw, column, 'double') }}
                - cast({{ stated_number(raw, column) }} as double)
            ) > 0.0000011,
            false
        )
    {%- endif -%}
{%- endmacro %}
