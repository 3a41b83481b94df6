{#- A raw column as a whole number, NULL if it is none: a plain cast would round 12.5.
    Example: stated_whole_number(raw, 'day') of '12.0' -> 12, of 12.5 -> NULL. -#}
{% macro stated_whole_number(raw, column, type='bigint') -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if not found -%}
        cast(null as {{ type }})
    {%- elif found.type.startswith('DATE') or found.type.startswith('TIME') -%}
        cast(null as {{ type }})
    {%- elif is_whole_type(found.type) -%}
        cast({{ found.name }} as {{ type }})
    {%- else -%}
        {{ whole_number(found.name, type) }}
    {%- endif -%}
{%- endmacro %}
