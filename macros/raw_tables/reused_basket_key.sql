{#- The key of a basket whose number is used again, or missing: of its household, day, store
    and number. -#}
{% macro reused_basket_key(lines) -%}
    {{ hashed_key(
        "concat_ws('|', coalesce(" ~ lines ~ ".household_id, -1), " ~ lines ~ ".day, "
        ~ lines ~ ".store_id, coalesce(" ~ lines ~ ".basket_id, -1))"
    ) }}
{%- endmacro %}
