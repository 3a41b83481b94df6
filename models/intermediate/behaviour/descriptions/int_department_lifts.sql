with

placed_weeks as (

    select * from {{ ref('int_shelf_placements') }}

),

plain_shelves as (

    select * from {{ ref('int_plain_shelves') }}

),

products as (

    select
        product_id,
        department,
        coalesce(brand, 'UNKNOWN') as brand
    from {{ ref('stg_products') }}

),

placements as (

    select
        products.department,
        products.brand,
        placed_weeks.display != '0' as has_display,
        placed_weeks.mailer != '0' as has_mailer,
        {{ exact_sum('placed_weeks.placed_sales') }}
        / nullif({{ exact_sum('placed_weeks.n_weeks * plain_shelves.plain_sales') }}, 0)
            as lift
    from placed_weeks
    inner join plain_shelves
        on
            placed_weeks.product_id = plain_shelves.product_id
            and placed_weeks.store_id = plain_shelves.store_id
            and plain_shelves.plain_sales is not null
    inner join products on placed_weeks.product_id = products.product_id
    group by all

),

final as (

    select
        department,
        brand,
        max(case when has_display and not has_mailer then lift end) as display_lift,
        max(case when has_mailer and not has_display then lift end) as mailer_lift,
        max(case when has_display and has_mailer then lift end) as combined_lift
    from placements
    group by department, brand

)

select * from final
order by department, brand
