{#- A share as text, in per cent. Example: in_per_cent('0.0634', 1) -> '6.3 %'. -#}
{% macro in_per_cent(share, digits=0) -%}
    format('{:.{{ digits }}f} %', 100 * {{ share }})
{%- endmacro %}
