{#- The text of a raw id whose key does not show it; NULL for an id that is its own key.
    Example: '0001001' -> '0001001', '1001' -> NULL. -#}
{% macro source_spelling(raw, column) -%}
    case
        when {{ source_key(raw, column) }} >= {{ first_hashed_key() }}
            then {{ stated_text(raw, column) }}
    end
{%- endmacro %}
