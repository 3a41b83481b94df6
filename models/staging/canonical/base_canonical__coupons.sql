with

raw_coupons as (

    select * from {{ optional_source('canonical', 'coupons') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('coupon_upc') }} as coupon_upc,
        {{ whole_number('product_id') }} as product_id,
        {{ whole_number('campaign_id') }} as campaign_id,

        ---------- the row as it came, for the report on rejected rows
        raw_coupons as raw_row
    from raw_coupons

)

select * from final
