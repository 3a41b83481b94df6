with

placed_weeks as (

    select * from {{ ref('int_shelf_placements') }}

),

plain_shelves as (

    select * from {{ ref('int_plain_shelves') }}

),

-- A retailer's own codes mean something else.
placement_codes as (

    select *
    from {{ ref('placement_codes') }}
    where '{{ setting("edition") }}' != 'canonical'

),

placements as (

    select
        placed_weeks.display,
        placed_weeks.mailer,
        sum(placed_weeks.n_weeks) as n_shelf_weeks,
        {{ exact_sum('placed_weeks.placed_sales') }} as sales,
        {{ exact_sum('placed_weeks.n_weeks * plain_shelves.plain_sales') }}
            as plain_sales
    from placed_weeks
    inner join plain_shelves
        on
            placed_weeks.product_id = plain_shelves.product_id
            and placed_weeks.store_id = plain_shelves.store_id
            and plain_shelves.plain_sales is not null
    group by placed_weeks.display, placed_weeks.mailer

),

final as (

    select
        placements.display,
        placements.mailer,
        coalesce(displays.label, placements.display) as display_label,
        coalesce(mailers.label, placements.mailer) as mailer_label,
        cast(placements.n_shelf_weeks as bigint) as n_shelf_weeks,
        placements.n_shelf_weeks / sum(placements.n_shelf_weeks) over ()
            as share_of_shelf_weeks,
        placements.sales,
        placements.sales / placements.n_shelf_weeks as sales_per_week,
        placements.plain_sales / placements.n_shelf_weeks as plain_sales_per_week,
        placements.sales / nullif(placements.plain_sales, 0) as lift
    from placements
    left join placement_codes as displays
        on placements.display = displays.code and displays.medium = 'display'
    left join placement_codes as mailers
        on placements.mailer = mailers.code and mailers.medium = 'mailer'

)

select * from final
order by display, mailer
