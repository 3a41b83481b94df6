with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

coupons as (

    select * from {{ ref('stg_coupons') }}

),

transactions as (

    select * from {{ ref('stg_transactions') }}

),

studied_products as (

    select distinct coupons.product_id
    from coupons
    inner join campaigns on coupons.campaign_id = campaigns.campaign_id
    where {{ is_studied_type('campaigns.campaign_type') }}

),

-- As in the source study, any coupon of any household on such a product counts, on any
-- day.
household_discounts as (

    select
        transactions.household_id,
        sum(transactions.coupon_discount) as coupon_discount,
        count(*) as n_lines
    from transactions
    inner join studied_products
        on transactions.product_id = studied_products.product_id
    where transactions.coupon_discount > 0
    group by transactions.household_id

),

final as (

    select
        count(*) as n_households,
        cast(coalesce(sum(n_lines), 0) as bigint) as n_coupon_lines,
        cast(coalesce(sum(coupon_discount), 0) as double) as coupon_discount,
        cast(sum(coupon_discount) as double) / nullif(count(*), 0)
            as cost_per_household
    from household_discounts

)

select * from final
