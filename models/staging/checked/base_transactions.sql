{% set lines_model = 'base_canonical__transactions' if setting('edition') == 'canonical'
    else 'base_published_transactions' %}

with

edition_lines as (

    select * from {{ ref(lines_model) }}

)

-- Sorted, because later steps group by household and then find its rows together.
select * from edition_lines
{% if var('sort_lines') -%}
order by household_id, day, basket_id, product_id, sales_value
{%- endif %}
