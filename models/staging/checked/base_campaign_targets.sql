with

edition_targets as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__campaign_targets') }}

),

known_campaigns as (

    select
        campaign_id as known_campaign_id,
        bool_or(reject_reason is null) as is_valid_campaign
    from {{ ref('base_campaigns') }}
    group by campaign_id

),

shoppers as (

    select distinct household_id as shopper_id
    from {{ ref('base_transactions') }}
    where reject_reason is null

),

numbered_targets as (

    select
        edition_targets.*,
        known_campaigns.known_campaign_id,
        known_campaigns.is_valid_campaign,
        shoppers.shopper_id,
        row_number() over (
            partition by
                edition_targets.campaign_id,
                edition_targets.household_id,
                edition_targets.is_repeat
        ) as key_row_number
    from edition_targets
    left join known_campaigns
        on edition_targets.campaign_id = known_campaigns.known_campaign_id
    left join shoppers on edition_targets.household_id = shoppers.shopper_id

),

final as (

    select
        campaign_id,
        household_id,
        is_sent,
        probability,
        is_repeat,
        shopper_id is not null as has_purchases,
        case
            when problem is not null then problem
            when campaign_id is null then 'campaign_id is not a whole number'
            when household_id is null then 'household_id is not a whole number'
            when known_campaign_id is null then 'orphan campaign_id: no such campaign'
            when not is_valid_campaign then 'its campaign is refused: see campaigns'
            when is_repeat then null
            when key_row_number > 1 then 'duplicated key (campaign_id, household_id)'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from numbered_targets

)

select * from final
