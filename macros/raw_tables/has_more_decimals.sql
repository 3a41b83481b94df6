{#- Whether an amount is rounded to the four decimals that are kept. -#}
{% macro has_more_decimals(raw, column) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- set scale = modules.re.fullmatch('DECIMAL[(][0-9]+,([0-9]+)[)]', found.type or '')
        if found else none -%}
    {%- if not found or found.type.endswith('INT') or found.type == 'INTEGER'
        or (scale and scale.group(1) | int <= 4) -%}
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
