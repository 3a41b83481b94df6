with

redemptions as (

    select * from {{ ref('stg_coupon_redemptions') }}

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

final as (

    select
        redemptions.household_id,
        redemptions.campaign_id,
        redemptions.coupon_upc,
        redemptions.day,
        redemptions.redemption_number,
        redemptions.day - campaigns.start_day as days_from_start
    from redemptions
    inner join campaigns on redemptions.campaign_id = campaigns.campaign_id

)

select * from final
order by household_id, day, campaign_id, coupon_upc, redemption_number
