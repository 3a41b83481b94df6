{#- Whether a raw column says something: macro stated_text gives a text. Whole numbers and
    dates are not turned into text for it. -#}
{% macro is_stated(raw, column) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if found and (is_whole_type(found.type) or found.type == 'DATE') -%}
        {{ found.name }} is not null
    {%- else -%}
        {{ stated_text(raw, column) }} is not null
    {%- endif -%}
{%- endmacro %}
