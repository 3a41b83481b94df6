{{ config(materialized='ephemeral') }}

with

edition_lines as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__transactions') }}

),

-- The published files have no such basket. To sort all lines would take most time of
-- staging.
repeating_baskets as (

    select basket_id
    from edition_lines
    where basket_id is not null
    group by basket_id
    having {{ has_repeats('product_id') }}

),

final as (

    select
        edition_lines.*,
        1 as key_row_number
    from edition_lines
    anti join repeating_baskets
        on edition_lines.basket_id = repeating_baskets.basket_id
    union all
    select
        edition_lines.*,
        row_number() over (
            partition by edition_lines.basket_id, edition_lines.product_id
            order by
                edition_lines.household_id,
                edition_lines.day,
                edition_lines.sales_value,
                edition_lines.quantity
        ) as key_row_number
    from edition_lines
    semi join repeating_baskets
        on edition_lines.basket_id = repeating_baskets.basket_id

)

select * from final
