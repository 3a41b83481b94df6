{#- The share of a table's rows that may be set aside, by var max_rejected_share: one number,
    or a mapping from table to number, whose entry `other` is for all others.
    Example: max_rejected_share('table_name') with {products: 0.05, other: 0.001}
    -> case table_name when 'products' then 0.05 else 0.001 end. -#}
{% macro max_rejected_share(table_name) -%}
    {%- set shares = var('max_rejected_share') -%}
    {%- if shares is mapping -%}
        case {{ table_name }}
            {%- for name, share in shares.items() if name != 'other' %}
            when '{{ name }}' then {{ share }}
            {%- endfor %}
            else {{ shares.get('other', 0.001) }}
        end
    {%- else -%}
        {{ shares }}
    {%- endif -%}
{%- endmacro %}
