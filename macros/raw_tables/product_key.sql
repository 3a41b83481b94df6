{#- The key of a line's product; all lines are of product 0 where no column says. -#}
{% macro product_key(raw) -%}
    {{ source_key(raw, 'product_id') if 'product_id' in raw.columns else 'cast(0 as bigint)' }}
{%- endmacro %}
