{#- The text of a number as SQL writes it: without a sign for thousands, with a decimal
    point, the minus in front. NULL if another sign would change its meaning.
    Example: '1.234,50-' with decimal_sign ',' and thousands_sign '.' -> '-1234.50'. -#}
{% macro plain_number_text(text) -%}
    {%- set decimal_sign = setting('decimal_sign') -%}
    {%- set thousands_sign = setting('thousands_sign') -%}
    {%- if thousands_sign == ' ' -%}
        {#- Spaces that do not break part thousands, too. -#}
        {%- set text = "translate(" ~ text ~ ", ' ' || chr(160) || chr(8239), '')" -%}
    {%- elif thousands_sign -%}
        {%- set sign = thousands_sign | replace("'", "''") -%}
        {%- set text = "replace(" ~ text ~ ", '" ~ sign ~ "', '')" -%}
    {%- endif -%}
    {%- if decimal_sign != '.' -%}
        {#- A point that is not stated to part thousands is no decimal point. -#}
        {%- set text = "replace(replace(" ~ text ~ ", '.', '?'), '" ~ decimal_sign
            ~ "', '.')" -%}
    {%- endif -%}
    regexp_replace({{ text }}, '^(?:\((.*)\)|([^-].*)-)$', '-\1\2')
{%- endmacro %}
