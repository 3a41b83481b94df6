{#- The sum of the products of two small numbers, such as what a household adds to an error.
    exact_sum keeps 12 decimals; the squares of 200,000 such terms would vanish in them.
    Example: 0.000003 and 0.000002 -> 0.000000000006. -#}
{% macro exact_product_sum(first, second) -%}
    ({{ exact_sum('1e12 * (' ~ first ~ ') * (' ~ second ~ ')') }} / 1e12)
{%- endmacro %}
