{#- Why a raw id is refused; NULL if it has a key. -#}
{% macro source_key_problem(raw, column, is_required=true) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if found and is_whole_type(found.type) and is_required -%}
        case when not {{ is_stated(raw, column) }} then '{{ column }} is empty' end
    {%- elif found and not is_whole_type(found.type) -%}
        {%- set text = stated_text(raw, column) -%}
        case
            when {{ source_key(raw, column) }} is not null then null
            when {{ text }} is null
                then {{ "'" ~ column ~ " is empty'" if is_required else 'null' }}
            when regexp_full_match({{ text }}, '.*[eE].*')
                then '{{ column }} is in exponent form, its digits are lost'
            when regexp_full_match({{ text }}, '[0-9]+|[0-9]{16,}[.,]0+')
                then '{{ column }} is a decimal number too large to be exact'
            else '{{ column }} has a fraction'
        end
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}
