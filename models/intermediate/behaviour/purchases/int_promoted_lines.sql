with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

promotions as (

    select * from {{ ref('stg_promotions') }}

),

final as (

    select
        transactions.household_id,
        transactions.basket_id,
        transactions.product_id,
        transactions.day,
        promotions.display,
        promotions.mailer,
        promotions.display != '0' as has_display,
        promotions.mailer != '0' as has_mailer
    from transactions
    inner join promotions
        on
            transactions.product_id = promotions.product_id
            and transactions.store_id = promotions.store_id
            and transactions.week = promotions.week
    where transactions.quantity > 0 and not transactions.is_return

)

select * from final
