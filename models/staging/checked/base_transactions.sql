{% set is_own = setting('edition') == 'canonical' %}

with

edition_lines as (

    select *
    from {{ ref('base_canonical__transactions' if is_own else 'base_published_transactions') }}

)

-- Sorted, because later steps group by household and then find its rows together.
select * from edition_lines
order by household_id, day, basket_id, product_id
