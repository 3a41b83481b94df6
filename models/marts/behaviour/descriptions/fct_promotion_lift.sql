with

promotions as (

    select * from {{ ref('stg_promotions') }}

),

transactions as (

    select
        product_id,
        store_id,
        week,
        {{ exact_sum('cast(sales_value as double)') }} as sales
    from {{ ref('stg_transactions') }}
    where quantity > 0 and not is_return
    group by product_id, store_id, week

),

-- Weeks that the promotions were recorded in.
recorded_weeks as (

    select count(distinct week) as n_recorded_weeks from promotions

),

-- A product that a store never sold says nothing about its shelf.
shelves as (

    select
        transactions.product_id,
        transactions.store_id,
        {{ exact_sum('transactions.sales') }} as sales
    from transactions
    inner join (select distinct week from promotions) as weeks
        on transactions.week = weeks.week
    group by transactions.product_id, transactions.store_id

),

placed_weeks as (

    select
        promotions.product_id,
        promotions.store_id,
        promotions.display,
        promotions.mailer,
        count(*) as n_weeks,
        {{ exact_sum('coalesce(transactions.sales, 0)') }} as placed_sales
    from promotions
    inner join shelves
        on
            promotions.product_id = shelves.product_id
            and promotions.store_id = shelves.store_id
    left join transactions
        on
            promotions.product_id = transactions.product_id
            and promotions.store_id = transactions.store_id
            and promotions.week = transactions.week
    group by
        promotions.product_id,
        promotions.store_id,
        promotions.display,
        promotions.mailer

),

-- What the same shelf sold per week without any placement.
plain_weeks as (

    select
        placed_weeks.product_id,
        placed_weeks.store_id,
        (
            max(shelves.sales) - {{ exact_sum('placed_weeks.placed_sales') }}
        )
        / nullif(
            max(recorded_weeks.n_recorded_weeks) - sum(placed_weeks.n_weeks), 0
        ) as plain_sales
    from placed_weeks
    inner join shelves
        on
            placed_weeks.product_id = shelves.product_id
            and placed_weeks.store_id = shelves.store_id
    cross join recorded_weeks
    group by placed_weeks.product_id, placed_weeks.store_id

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
