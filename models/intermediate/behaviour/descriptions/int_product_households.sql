with

lines as (

    select *
    from {{ ref('int_lines') }}
    where is_item_line

),

final as (

    select
        product_id,
        household_id,
        -- A product has one item line in a basket.
        count(*) as n_baskets,
        cast(sum(sales_value) as double) as sales
    from lines
    group by product_id, household_id

)

select * from final
