with

raw_redemptions as (

    select * from {{ source('canonical', 'coupon_redemptions') }}

),

final as (

    select
        ---------- ids
        try_cast(household_id as bigint) as household_id,
        try_cast(coupon_upc as bigint) as coupon_upc,
        try_cast(campaign_id as bigint) as campaign_id,

        ---------- numbers
        try_cast(day as bigint) as day,

        ---------- the row as it came, for the report on rejected rows
        raw_redemptions as raw_row
    from raw_redemptions

)

select * from final
