{#- A raw column as a number, NULL if it is none. Text has the signs of vars decimal_sign
    and thousands_sign; a minus may stand behind it, or the number in brackets.
    Example: stated_number(raw, 'sales_value') of '12.50' -> 12.5000, of '(3)' -> -3,
    of '1,250' -> NULL unless the comma is one of the signs. -#}
{% macro stated_number(raw, column, type='decimal(18, 4)') -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if not found -%}
        cast(null as {{ type }})
    {%- elif not is_text_type(found.type) and found.type != 'FLOAT' -%}
        try_cast({{ found.name }} as {{ type }})
    {%- else -%}
        {#- The shortest text of a float is what was stored: 1605.94, not 1605.9399. -#}
        {%- set plain = 'cast(' ~ found.name ~ ' as varchar)' if found.type == 'FLOAT'
            else plain_number_text(trimmed_text(found.name)) -%}
        -- Through double if there is an exponent: DuckDB 1.5 reads the text 8.9e-16 as
        -- 0.01.
        case
            when contains(lower({{ plain }}), 'e')
                then try_cast(try_cast({{ plain }} as double) as {{ type }})
            else try_cast({{ plain }} as {{ type }})
        end
    {%- endif -%}
{%- endmacro %}
