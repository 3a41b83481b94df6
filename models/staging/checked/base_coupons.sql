with

edition_coupons as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__coupons') }}

),

known_campaigns as (

    select campaign_id as known_campaign_id
    from {{ ref('base_campaigns') }}
    where reject_reason is null

),

matched_coupons as (

    select
        edition_coupons.*,
        known_campaigns.known_campaign_id
    from edition_coupons
    left join known_campaigns
        on edition_coupons.campaign_id = known_campaigns.known_campaign_id

),

-- Repeated rows are a known property of the data. stg_coupons removes them and
-- stg_known_duplicates counts them. A coupon for a product without a product row is
-- valid, too.
final as (

    select
        coupon_upc,
        product_id,
        campaign_id,
        source_coupon_upc,
        case
            when problem is not null then problem
            when coupon_upc is null then 'coupon_upc is not a whole number'
            when product_id is null then 'product_id is not a whole number'
            when campaign_id is null then 'campaign_id is not a whole number'
            when known_campaign_id is null then 'orphan campaign_id: no such campaign'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from matched_coupons

)

select * from final
