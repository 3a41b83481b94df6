-- Waits for the gate on rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_coupons as (

    select * from {{ ref('base_coupons') }}

),

-- The raw table repeats rows; a repeated row says nothing new.
final as (

    select distinct
        ---------- ids
        coupon_upc,
        product_id,
        campaign_id
    from checked_coupons
    where reject_reason is null

)

select * from final
