{#- A macro category that a retailer states, as a share of sales is called; NULL if it is
    none of them. Example: stated_category("'Health & Beauty'") -> 'health_beauty', of
    'Toys' -> NULL. -#}
{% macro stated_category(text) -%}
    case
        when
            regexp_replace(lower({{ text }}), '[^a-z]+', '_', 'g')
            in ('{{ share_categories() | join("', '") }}')
            then regexp_replace(lower({{ text }}), '[^a-z]+', '_', 'g')
    end
{%- endmacro %}
