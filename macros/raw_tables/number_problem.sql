{#- Why a raw value is no number, with the vars that say how numbers are written; NULL if
    it is one, or missing and need not be there. -#}
{% macro number_problem(raw, column, is_required=false) -%}
    {%- if column in raw.columns -%}
        case
            when {{ stated_number(raw, column) }} is not null then null
            when {{ stated_text(raw, column) }} is null
                then {{ "'" ~ column ~ " is empty'" if is_required else 'null' }}
            when {{ stated_number(raw, column, 'double') }} is not null
                then '{{ column }} is too large to be an amount: 10^14 or more'
            else
                '{{ column }} is not a number as 1{{ setting("thousands_sign")
                    | replace("'", "''") }}234{{ setting("decimal_sign") }}56 (vars '
                || 'decimal_sign and thousands_sign)'
        end
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}
