with

raw_coupons as (

    select * from {{ empty_if_absent('dunnhumby', 'coupon') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('coupon_upc') }} as coupon_upc,
        {{ whole_number('product_id') }} as product_id,
        {{ whole_number('campaign') }} as campaign_id,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as source_coupon_upc,
        cast(null as varchar) as problem,

        ---------- the row as it came, for the report on rejected rows
        raw_coupons as raw_row
    from raw_coupons

)

select * from final
