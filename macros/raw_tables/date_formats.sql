{#- Var date_format, one form or a list of forms, as a SQL list.
    Example: date_formats() of '%d/%m/%Y' -> ['%d/%m/%Y']. -#}
{% macro date_formats() -%}
    {%- set given = setting('date_format') -%}
    {%- set forms = [given] if given is string else given -%}
    [
    {%- for form in forms -%}
        '{{ form | replace("'", "''") }}'{{ ', ' if not loop.last }}
    {%- endfor -%}
    ]
{%- endmacro %}
