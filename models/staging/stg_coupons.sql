-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_coupons as (

    select * from {{ ref('base_coupons') }}

),

-- The raw table repeats rows. A repeated row adds no information.
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
