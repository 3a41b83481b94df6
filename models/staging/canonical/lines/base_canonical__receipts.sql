{{ config(
    materialized='table' if setting('edition') == 'canonical' else 'ephemeral'
) }}

with

judged_lines as (

    select * from {{ ref('base_canonical__judged_lines') }}
    where reject_reason is null

),

receipts as (

    select
        basket_id,
        min(coalesce(household_id, -1)) != max(coalesce(household_id, -1))
        or min(day) != max(day) as is_number_reused,
        {{ has_repeats('product_id, quantity < 0 or sales_value < 0') }}
            as repeats_a_product
    from judged_lines
    group by basket_id

),

final as (

    select * from receipts
    where is_number_reused or repeats_a_product

)

select * from final
