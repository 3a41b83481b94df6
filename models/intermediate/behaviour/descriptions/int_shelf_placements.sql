with

-- Not kept aside: two steps read it, and it has millions of rows.
promotions as not materialized (

    select * from {{ ref('stg_promotions') }}

),

-- Weeks that the promotions were recorded in.
recorded_weeks as (

    select distinct week from promotions

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

week_counts as (

    select count(*) as n_recorded_weeks from recorded_weeks

),

-- A product that a store never sold says nothing about its shelf.
shelves as (

    select
        transactions.product_id,
        transactions.store_id,
        {{ exact_sum('transactions.sales') }} as sales
    from transactions
    inner join recorded_weeks on transactions.week = recorded_weeks.week
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

final as (

    select
        placed_weeks.product_id,
        placed_weeks.store_id,
        placed_weeks.display,
        placed_weeks.mailer,
        placed_weeks.n_weeks,
        placed_weeks.placed_sales,
        shelves.sales as shelf_sales,
        week_counts.n_recorded_weeks
    from placed_weeks
    inner join shelves
        on
            placed_weeks.product_id = shelves.product_id
            and placed_weeks.store_id = shelves.store_id
    cross join week_counts

)

select * from final
order by product_id, store_id, display, mailer
