{#- Whether a key comes more than once in a group, as an aggregate; rarely true by chance.
    Short hashes of the keys are compared, which takes a part of the memory of a group for
    each key. Example: `having {{ has_repeats('product_id') }}` of lines by basket. -#}
{% macro has_repeats(key) -%}
    list_unique(list(cast(hash({{ key }}) & 4294967295 as uinteger))) < count(*)
{%- endmacro %}
