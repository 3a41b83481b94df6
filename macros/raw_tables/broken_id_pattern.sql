{#- What ids look like that were numbers once and lost digits: an exponent with a decimal
    point or a sign, or a fraction. 12E4 alone may be a code and is left as text. -#}
{% macro broken_id_pattern() -%}
    [+-]?[0-9]+([.,][0-9]*[eE][+-]?[0-9]+|[eE][+-][0-9]+|[.,][0-9]+)
{%- endmacro %}
