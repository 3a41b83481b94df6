with

placed_weeks as (

    select * from {{ ref('int_shelf_placements') }}

),

-- NULL where a product was placed in every week.
final as (

    select
        product_id,
        store_id,
        (max(shelf_sales) - {{ exact_sum('placed_sales') }})
        / nullif(max(n_recorded_weeks) - sum(n_weeks), 0) as plain_sales
    from placed_weeks
    group by product_id, store_id

)

select * from final
order by product_id, store_id
