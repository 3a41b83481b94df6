with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

targets as (

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

concurrency as (

    select * from {{ ref('int_campaign_concurrency') }}

),

households as (

    select count(distinct household_id) as n_households
    from {{ ref('int_purchase_days') }}

),

-- The date of day 0, because a campaign may begin before the data.
calendar as (

    select min(calendar_date - cast(day as integer)) as day_zero
    from {{ ref('int_calendar') }}

),

sent_counts as (

    select
        campaign_id,
        count(distinct household_id) as n_sent
    from targets
    group by campaign_id

),

coupon_counts as (

    select
        campaign_id,
        count(distinct coupon_upc) as n_coupons,
        count(distinct product_id) as n_coupon_products
    from coupons
    group by campaign_id

),

redemption_counts as (

    select
        redemptions.campaign_id,
        count(*) as n_redemptions,
        count(distinct redemptions.household_id) as n_redeeming_households,
        quantile_cont(redemptions.day - campaigns.start_day, [0.25, 0.5, 0.75])
            as days_to_redemption
    from redemptions
    inner join campaigns on redemptions.campaign_id = campaigns.campaign_id
    group by redemptions.campaign_id

),

final as (

    select
        campaigns.campaign_id,
        {{ source_id('campaigns.campaign_id', 'campaign') }} as source_campaign_id,
        campaigns.campaign_type,
        campaigns.start_day,
        campaigns.end_day,
        calendar.day_zero + cast(campaigns.start_day as integer) as start_date,
        calendar.day_zero + cast(campaigns.end_day as integer) as end_date,
        campaigns.end_day - campaigns.start_day + 1 as n_days,
        concurrency.max_concurrent_campaigns,
        coalesce(sent_counts.n_sent, 0) as n_sent,
        coalesce(sent_counts.n_sent, 0) / nullif(households.n_households, 0)
            as share_of_households,
        coalesce(coupon_counts.n_coupons, 0) as n_coupons,
        coalesce(coupon_counts.n_coupon_products, 0) as n_coupon_products,
        coalesce(redemption_counts.n_redemptions, 0) as n_redemptions,
        coalesce(redemption_counts.n_redeeming_households, 0) as n_redeeming_households,
        coalesce(redemption_counts.n_redeeming_households, 0)
        / nullif(sent_counts.n_sent, 0) as redemption_rate,
        redemption_counts.days_to_redemption[1] as lower_quartile_days_to_redemption,
        redemption_counts.days_to_redemption[2] as median_days_to_redemption,
        redemption_counts.days_to_redemption[3] as upper_quartile_days_to_redemption
    from campaigns
    cross join households
    cross join calendar
    left join sent_counts on campaigns.campaign_id = sent_counts.campaign_id
    left join coupon_counts on campaigns.campaign_id = coupon_counts.campaign_id
    left join redemption_counts on campaigns.campaign_id = redemption_counts.campaign_id
    left join concurrency on campaigns.campaign_id = concurrency.campaign_id

)

select * from final
order by campaign_id
