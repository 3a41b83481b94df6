{{ config(
    materialized='table' if setting('edition') == 'canonical' else 'ephemeral'
) }}

with

receipts as (

    select * from {{ ref('base_canonical__receipts') }}

),

reused_lines as (

    select * from {{ ref('base_canonical__basket_lines') }}
    where is_number_reused and reject_reason is null

),

final as (

    select basket_id
    from receipts
    where not is_number_reused
    union all
    select basket_id
    from reused_lines
    group by basket_id
    having {{ has_repeats('product_id, quantity < 0 or sales_value < 0') }}

)

select * from final
