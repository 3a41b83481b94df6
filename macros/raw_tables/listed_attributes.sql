{#- Columns as a list of attribute and level, as macro stated_attributes gives it. -#}
{% macro listed_attributes(columns) -%}
    list_filter(
        [
            {%- for column in columns %}
            {'attribute': '{{ column }}', 'level': {{ column }}}{{ ', ' if not loop.last }}
            {%- endfor %}
        ],
        lambda one: one['level'] is not null
    )
{%- endmacro %}
