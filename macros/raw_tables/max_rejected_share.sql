{#- The share of a table's rows that may be set aside, by var max_rejected_share: one number,
    or a mapping from table to number, whose entry `default` is for all others.
    Example: max_rejected_share('table_name') with {products: 0.05, default: 0.001}
    -> case when table_name = 'products' then 0.05 else 0.001 end. -#}
{% macro max_rejected_share(table_name) -%}
    {%- set shares = setting('max_rejected_share') -%}
    {%- if shares is mapping -%}
        case
            {%- for name, share in shares.items() if name != 'default' %}
            when {{ table_name }} = '{{ name }}' then {{ share }}
            {%- endfor %}
            else {{ shares.get('default', 0.001) }}
        end
    {%- else -%}
        {{ shares }}
    {%- endif -%}
{%- endmacro %}
