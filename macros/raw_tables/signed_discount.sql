{#- A discount in the sign that staging has: positive on a sale, negative on a return. Var
    discount_sign says how it comes: positive, negative, or either, whose sign is ignored.
    Example: signed_discount('retail_discount') of -0.50 on a sale -> 0.50. -#}
{% macro signed_discount(column) -%}
    {%- set sign = setting('discount_sign') -%}
    {%- if sign == 'positive' -%}
        {{ column }}
    {%- elif sign == 'negative' -%}
        -{{ column }}
    {%- else -%}
        case when quantity < 0 or sales_value < 0 then -abs({{ column }})
            else abs({{ column }}) end
    {%- endif -%}
{%- endmacro %}
