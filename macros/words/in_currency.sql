{#- A text about dollars as one about the currency of var currency_name, which is a plural.
    Example: in_currency("'dollars per dollar'") with euros -> 'euros per euro'. -#}
{% macro in_currency(words) -%}
    {%- set name = setting('currency_name') | replace("'", "''") -%}
    {%- if name == 'dollars' -%}
        {{ words }}
    {%- else -%}
        {%- set one = name[:-1] if name.endswith('s') else name -%}
        replace(replace({{ words }}, 'dollars', '{{ name }}'), 'dollar', '{{ one }}')
    {%- endif -%}
{%- endmacro %}
