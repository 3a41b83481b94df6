{#- The text of a number as SQL writes it: without a sign for thousands, with a decimal
    point, the minus in front. No number if another sign would change its meaning, as the
    thousands of 12.50 where the point parts thousands.
    Example: '1.234,50-' with decimal_sign ',' and thousands_sign '.' -> '-1234.50'. -#}
{% macro plain_number_text(text) -%}
    {%- set decimal_sign = setting('decimal_sign') -%}
    {%- set thousands_sign = setting('thousands_sign') -%}
    {%- if thousands_sign == ' ' -%}
        {#- Spaces that do not break part thousands, too. -#}
        {%- set text = "translate(" ~ text ~ ", chr(160) || chr(8239), '  ')" -%}
    {%- endif -%}
    {%- if thousands_sign -%}
        {%- set sign = thousands_sign | replace("'", "''") -%}
        {%- set grouped = modules.re.escape(thousands_sign) | replace("'", "''") -%}
        {#- Two or three digits (lakhs) between two signs, three behind the last. -#}
        {%- set wrong = '[0-9]' ~ grouped ~ '([0-9]{1,2}|[0-9]{4,})([^0-9' ~ grouped
            ~ ']|$)|[0-9]' ~ grouped ~ '([0-9]|[0-9]{4,})' ~ grouped -%}
        {%- set text = "case when not regexp_matches(" ~ text ~ ", '" ~ wrong
            ~ "') then replace(" ~ text ~ ", '" ~ sign ~ "', '') else '?' end" -%}
    {%- endif -%}
    {%- if decimal_sign != '.' -%}
        {#- A point that is not stated to part thousands is no decimal point. -#}
        {%- set text = "replace(replace(" ~ text ~ ", '.', '?'), '" ~ decimal_sign
            ~ "', '.')" -%}
    {%- endif -%}
    regexp_replace({{ text }}, '^(?:\((.*)\)|([^-].*)-)$', '-\1\2')
{%- endmacro %}
