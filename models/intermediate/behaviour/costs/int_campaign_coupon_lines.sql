with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

campaign_targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

coupons as (

    select * from {{ ref('stg_coupons') }}

),

redemptions as (

    select * from {{ ref('stg_coupon_redemptions') }}

),

coupon_lines as (

    select *
    from {{ ref('stg_transactions') }}
    where (coupon_discount > 0 or coupon_match_discount > 0) and not is_return

),

-- A product may be on several coupons of a campaign.
campaign_products as (

    select distinct
        campaign_id,
        product_id
    from coupons

),

-- Products of the coupons that a household redeemed on a day, as recorded.
redeemed_products as (

    select distinct
        redemptions.campaign_id,
        redemptions.household_id,
        redemptions.day,
        coupons.product_id
    from redemptions
    inner join coupons
        on
            redemptions.campaign_id = coupons.campaign_id
            and redemptions.coupon_upc = coupons.coupon_upc

),

redeeming_households as (

    select distinct
        campaign_id,
        household_id
    from redemptions

),

-- The tills do not record which coupon was used. Any coupon on a product of the
-- campaign counts, so a line may count for several campaigns.
final as (

    select
        campaigns.campaign_id,
        coupon_lines.household_id,
        coupon_lines.basket_id,
        coupon_lines.product_id,
        coupon_lines.day,
        coupon_lines.coupon_discount,
        coupon_lines.coupon_match_discount,
        redeeming_households.household_id is not null as is_of_redeeming_household,
        redeemed_products.product_id is not null as is_recorded_redemption
    from campaigns
    inner join campaign_targets on campaigns.campaign_id = campaign_targets.campaign_id
    inner join campaign_products
        on campaigns.campaign_id = campaign_products.campaign_id
    inner join coupon_lines
        on
            campaign_targets.household_id = coupon_lines.household_id
            and campaign_products.product_id = coupon_lines.product_id
            and coupon_lines.day between campaigns.start_day and campaigns.end_day
    left join redeeming_households
        on
            campaigns.campaign_id = redeeming_households.campaign_id
            and coupon_lines.household_id = redeeming_households.household_id
    left join redeemed_products
        on
            campaigns.campaign_id = redeemed_products.campaign_id
            and coupon_lines.household_id = redeemed_products.household_id
            and coupon_lines.day = redeemed_products.day
            and coupon_lines.product_id = redeemed_products.product_id

)

select * from final
order by campaign_id, household_id, basket_id, product_id
