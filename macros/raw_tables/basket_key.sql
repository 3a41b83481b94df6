{#- The key of a line's receipt: of one column as macro source_key gives it, of several
    (var basket_key) a key of them all. NULL where no receipt is stated. -#}
{% macro basket_key(raw) -%}
    {%- set columns = setting('basket_key') -%}
    {%- if columns | length == 1 -%}
        {{ source_key(raw, columns[0]) }}
    {%- else -%}
        {{ hashed_key("concat_ws('|', " ~ basket_texts(raw, columns) | join(', ') ~ ')') }}
    {%- endif -%}
{%- endmacro %}
