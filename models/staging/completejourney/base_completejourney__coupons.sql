with

raw_coupons as (

    select * from {{ source('completejourney', 'coupons') }}

),

final as (

    select
        ---------- ids
        coupon_upc,
        product_id,
        campaign_id,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as source_coupon_upc,
        cast(null as varchar) as problem,

        ---------- the row as it came, for the report on rejected rows
        raw_coupons as raw_row
    from raw_coupons

)

select * from final
