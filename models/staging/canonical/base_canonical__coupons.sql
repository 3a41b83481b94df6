with

raw_coupons as (

    select * from {{ source('canonical', 'coupons') }}

),

final as (

    select
        ---------- ids
        try_cast(coupon_upc as bigint) as coupon_upc,
        try_cast(product_id as bigint) as product_id,
        try_cast(campaign_id as bigint) as campaign_id,

        ---------- the row as it came, for the report on rejected rows
        raw_coupons as raw_row
    from raw_coupons

)

select * from final
