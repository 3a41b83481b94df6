{#- Why a raw value that is there is no number; NULL if it is one or missing. -#}
{% macro number_problem(raw, column) -%}
    {%- if column in raw.columns -%}
        case
            when
                {{ stated_number(raw, column) }} is null
                and {{ stated_text(raw, column) }} is not null
                then '{{ column }} is not a number'
        end
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}
