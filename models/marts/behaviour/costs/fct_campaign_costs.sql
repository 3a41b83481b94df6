with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

campaign_targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

redemptions as (

    select * from {{ ref('stg_coupon_redemptions') }}

),

coupon_lines as (

    select * from {{ ref('int_campaign_coupon_lines') }}

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_calendar') }}

),

contacts as (

    select
        campaign_id,
        count(*) as n_contacted
    from campaign_targets
    group by campaign_id

),

counts as (

    select
        redemptions.campaign_id,
        count(distinct redemptions.household_id) as n_redeeming,
        count(*) as n_redemptions
    from redemptions
    inner join campaign_targets
        on
            redemptions.campaign_id = campaign_targets.campaign_id
            and redemptions.household_id = campaign_targets.household_id
    group by redemptions.campaign_id

),

money as (

    select
        campaign_id,
        count(*) as n_coupon_lines,
        cast(sum(coupon_discount) as double) as manufacturer_funded,
        cast(sum(coupon_match_discount) as double) as retailer_funded,
        cast(sum(coupon_match_discount) filter (
            where is_of_redeeming_household
        ) as double) as redeeming_retailer_funded,
        count(*) filter (where is_recorded_redemption) as n_redeemed_lines,
        cast(sum(coupon_match_discount) filter (
            where is_recorded_redemption
        ) as double) as redeemed_retailer_funded
    from coupon_lines
    group by campaign_id

),

final as (

    select
        campaigns.campaign_id,
        {{ source_id('campaigns.campaign_id', 'campaign') }} as source_campaign_id,
        campaigns.campaign_type,
        campaigns.is_open_ended,
        -- Costs on days before or after the data are not seen.
        campaigns.start_day >= data_bounds.first_day
        and campaigns.end_day <= data_bounds.last_day
        and not campaigns.is_open_ended as is_fully_observed,
        cast(contacts.n_contacted as integer) as n_contacted,
        cast(coalesce(counts.n_redeeming, 0) as integer) as n_redeeming,
        cast(coalesce(counts.n_redemptions, 0) as integer) as n_redemptions,
        cast(coalesce(money.n_coupon_lines, 0) as integer) as n_coupon_lines,
        cast(coalesce(money.n_redeemed_lines, 0) as integer) as n_redeemed_lines,
        coalesce(money.manufacturer_funded, 0) as manufacturer_funded,
        coalesce(money.retailer_funded, 0) as retailer_funded,
        coalesce(money.redeeming_retailer_funded, 0) as redeeming_retailer_funded,
        coalesce(money.redeemed_retailer_funded, 0) as redeemed_retailer_funded,
        coalesce(money.manufacturer_funded, 0) / contacts.n_contacted
            as manufacturer_funded_per_contact,
        coalesce(money.retailer_funded, 0) / contacts.n_contacted
            as retailer_funded_per_contact,
        coalesce(money.redeemed_retailer_funded, 0) / contacts.n_contacted
            as redeemed_retailer_funded_per_contact,
        -- NULL if no household redeemed a coupon.
        money.redeeming_retailer_funded / nullif(counts.n_redeeming, 0)
            as retailer_funded_per_redeeming
    from campaigns
    cross join data_bounds
    inner join contacts on campaigns.campaign_id = contacts.campaign_id
    left join counts on campaigns.campaign_id = counts.campaign_id
    left join money on campaigns.campaign_id = money.campaign_id

)

select * from final
order by campaign_id
