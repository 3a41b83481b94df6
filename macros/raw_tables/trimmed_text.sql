{#- A value as text without the blanks around it that exports leave: spaces, tabs, line
    ends, the space that does not break and the mark of byte order. -#}
{% macro trimmed_text(expression) -%}
    trim(
        cast({{ expression }} as varchar),
        ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(65279)
    )
{%- endmacro %}
