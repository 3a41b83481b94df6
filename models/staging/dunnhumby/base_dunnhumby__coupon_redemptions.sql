with

raw_redemptions as (

    select * from {{ source('dunnhumby', 'coupon_redempt') }}

),

final as (

    select
        ---------- ids
        try_cast(household_key as bigint) as household_id,
        try_cast(coupon_upc as bigint) as coupon_upc,
        try_cast(campaign as bigint) as campaign_id,

        ---------- numbers
        try_cast(day as bigint) as day,

        ---------- the row as it came, for the report on rejected rows
        raw_redemptions as raw_row
    from raw_redemptions

)

select * from final
