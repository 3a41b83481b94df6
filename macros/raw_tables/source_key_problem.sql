{#- Why a raw id is refused; NULL if it has a key. -#}
{% macro source_key_problem(raw, column, is_required=true) -%}
    {%- if column in raw.columns -%}
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
