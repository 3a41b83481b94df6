{#- The key of a text: 2^62 and 60 bits of its md5. Of a hundred million texts two share a
    key with a chance of one in 200; a test looks. -#}
{% macro hashed_key(text) -%}
    {{ first_hashed_key() }} + cast('0x' || left(md5({{ text }}), 15) as bigint)
{%- endmacro %}
