with

placed_weeks as (

    select * from {{ ref('int_shelf_placements') }}

),

-- What the same shelf sold per week without any placement.
plain_weeks as (

    select
        product_id,
        store_id,
        (max(shelf_sales) - {{ exact_sum('placed_sales') }})
        / nullif(max(n_recorded_weeks) - sum(n_weeks), 0) as plain_sales
    from placed_weeks
    group by product_id, store_id

),

placements as (

    select
        placed_weeks.display,
        placed_weeks.mailer,
        sum(placed_weeks.n_weeks) as n_shelf_weeks,
        {{ exact_sum('placed_weeks.placed_sales') }} as sales,
        {{ exact_sum('placed_weeks.n_weeks * plain_weeks.plain_sales') }} as plain_sales
    from placed_weeks
    inner join plain_weeks
        on
            placed_weeks.product_id = plain_weeks.product_id
            and placed_weeks.store_id = plain_weeks.store_id
            and plain_weeks.plain_sales is not null
    group by placed_weeks.display, placed_weeks.mailer

),

final as (

    select
        display,
        mailer,
        cast(n_shelf_weeks as bigint) as n_shelf_weeks,
        n_shelf_weeks / sum(n_shelf_weeks) over () as share_of_shelf_weeks,
        sales,
        sales / n_shelf_weeks as sales_per_week,
        plain_sales / n_shelf_weeks as plain_sales_per_week,
        sales / nullif(plain_sales, 0) as lift
    from placements

)

select
    display,
    mailer,
    n_shelf_weeks,
    share_of_shelf_weeks,
    sales,
    sales_per_week,
    plain_sales_per_week,
    lift
from final
order by display, mailer
