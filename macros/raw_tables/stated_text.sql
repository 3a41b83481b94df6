{#- A raw column as text without spaces around it; NULL if it is missing, a null word or no
    column at all. A whole number that is stored as 2.0 is 2.
    Example: stated_text(raw, 'brand') of ' NA ' -> NULL, of 7 -> '7'. -#}
{% macro stated_text(raw, column) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if not found -%}
        cast(null as varchar)
    {%- elif found.type in ('FLOAT', 'DOUBLE') -%}
        case
            when {{ found.name }} = trunc({{ found.name }})
                then coalesce(
                    cast(try_cast({{ found.name }} as hugeint) as varchar),
                    cast({{ found.name }} as varchar)
                )
            when not isnan({{ found.name }}) then cast({{ found.name }} as varchar)
        end
    {%- elif not is_text_type(found.type) or found.type == 'BOOLEAN'
        or found.type.startswith('DATE') or found.type.startswith('TIME') -%}
        cast({{ found.name }} as varchar)
    {%- else -%}
        case
            -- As a list: each `not in` of so many words is a join in DuckDB.
            when not list_contains({{ null_words() }}, {{ trimmed_text(found.name) }})
                then {{ trimmed_text(found.name) }}
        end
    {%- endif -%}
{%- endmacro %}
