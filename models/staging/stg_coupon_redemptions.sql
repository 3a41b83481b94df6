-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_redemptions as (

    select * from {{ ref('base_coupon_redemptions') }}

),

final as (

    select
        ---------- ids
        household_id,
        coupon_upc,
        campaign_id,

        ---------- numbers
        day,
        -- Equal coupons may be redeemed on one day, so the number is part of the key.
        row_number() over (
            partition by household_id, coupon_upc, campaign_id, day
        ) as redemption_number
    from checked_redemptions
    where reject_reason is null

)

select * from final
