{#- The whole number that stands for a raw id inside, the same in every table and build:
    the id itself if it is a plain whole number below 2^62, otherwise a number from there
    on that is made of its text. NULL if it is missing or cannot be trusted.
    Example: 1001 or '1001.0' -> 1001, '0001001' -> 4982..., '6.2E+11' -> NULL. -#}
{% macro source_key(raw, column) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if not found -%}
        cast(null as bigint)
    {%- elif is_whole_type(found.type) -%}
        case
            when {{ found.name }} between 0 and {{ first_hashed_key() - 1 }}
                then cast({{ found.name }} as bigint)
            else {{ hashed_key('cast(' ~ found.name ~ ' as varchar)') }}
        end
    {%- elif found.type in ('FLOAT', 'DOUBLE') -%}
        -- Beyond this a neighbouring id is the same number.
        case
            when abs({{ found.name }}) < {{ 2 ** 24 if found.type == 'FLOAT' else 2 ** 53 }}
                then {{ source_key_of_text(stated_text(raw, column)) }}
        end
    {%- else -%}
        {{ source_key_of_text(
            stated_text(raw, column),
            setting('decimal_sign') if is_text_type(found.type) else '.'
        ) }}
    {%- endif -%}
{%- endmacro %}
