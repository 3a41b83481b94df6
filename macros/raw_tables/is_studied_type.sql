{#- Whether a campaign type is one whose effects are studied (var
    studied_campaign_types, in capitals or not). Example: of [] -> true, of [A] ->
    lower(campaign_type) in ('a'). -#}
{% macro is_studied_type(column) -%}
    {%- set given = setting('studied_campaign_types') -%}
    {%- set types = given[setting('edition')] if given is mapping else given -%}
    {%- set types = [types] if types is string else types -%}
    {%- if types -%}
        lower({{ column }}) in (
        {%- for type in types %}'{{ type | string | lower | replace("'", "''") }}'
            {{- ', ' if not loop.last }}{% endfor -%}
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
