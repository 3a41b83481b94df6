with

coupons as (

    select * from {{ ref('stg_coupons') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

final as (

    select
        coupons.campaign_id,
        coalesce(products.category, 'UNKNOWN') as category,
        count(distinct coupons.coupon_upc) as n_coupons,
        count(distinct coupons.product_id) as n_coupon_products
    from coupons
    left join products on coupons.product_id = products.product_id
    group by coupons.campaign_id, coalesce(products.category, 'UNKNOWN')

)

select * from final
order by campaign_id, category
