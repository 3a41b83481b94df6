with

edition_redemptions as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__coupon_redemptions') }}

),

known_campaigns as (

    select
        campaign_id as known_campaign_id,
        start_day,
        end_day
    from {{ ref('base_campaigns') }}
    where reject_reason is null

),

shoppers as (

    select distinct household_id as shopper_id
    from {{ ref('base_transactions') }}
    where reject_reason is null

),

matched_redemptions as (

    select
        edition_redemptions.*,
        known_campaigns.known_campaign_id,
        known_campaigns.start_day,
        known_campaigns.end_day,
        shoppers.shopper_id
    from edition_redemptions
    left join known_campaigns
        on edition_redemptions.campaign_id = known_campaigns.known_campaign_id
    left join shoppers on edition_redemptions.household_id = shoppers.shopper_id

),

-- A household may redeem several coupons of the same kind on one day, so rows have no
-- key that could be duplicated.
final as (

    select
        household_id,
        coupon_upc,
        campaign_id,
        day,
        case
            when problem is not null then problem
            when household_id is null then 'household_id is not a whole number'
            when coupon_upc is null then 'coupon_upc is not a whole number'
            when campaign_id is null then 'campaign_id is not a whole number'
            when day is null then 'day is not a whole number'
            when known_campaign_id is null then 'orphan campaign_id: no such campaign'
            when shopper_id is null then 'orphan household_id: no transaction'
            when day < start_day or day > end_day
                then 'day is outside the campaign'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from matched_redemptions

)

select * from final
