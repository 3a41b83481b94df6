with

households as (

    select distinct household_id from {{ ref('int_purchase_days') }}

),

targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

designs as (

    select * from {{ ref('int_designs') }}
    where design = '{{ var("primary_design") }}'

),

-- The next campaign can start on the day after the last day of the data. Campaigns that
-- start later are planned and do not count yet.
next_campaign as (

    select max(day) + 1 as time_zero_day from {{ ref('int_calendar') }}

),

sent_campaigns as (

    select
        targets.household_id,
        campaigns.campaign_id,
        campaigns.start_day,
        -- An open end at the last day of the data is no end.
        campaigns.end_day + cast(campaigns.is_open_ended as integer) as end_day,
        next_campaign.time_zero_day,
        {{ is_trial_of_design('designs.campaign_types', 'campaigns.campaign_type') }}
            as is_of_design
    from targets
    inner join campaigns on targets.campaign_id = campaigns.campaign_id
    cross join next_campaign
    cross join designs
    where campaigns.start_day < next_campaign.time_zero_day

),

-- The latest campaign of the types that the primary design studies stands for what the
-- retailer would do again.
latest_campaign as (

    select max_by(campaign_id, (start_day, campaign_id)) as campaign_id
    from sent_campaigns
    where is_of_design

),

exposure_counts as (

    select
        sent_campaigns.household_id,
        count(*) filter (
            where sent_campaigns.end_day
            >= sent_campaigns.time_zero_day - {{ edition_value('lookback_days') }}
        ) as n_campaigns_before,
        count(*) filter (
            where sent_campaigns.end_day >= sent_campaigns.time_zero_day
        ) as n_campaigns_running,
        bool_or(sent_campaigns.is_of_design) as was_sent_before,
        bool_or(sent_campaigns.campaign_id = latest_campaign.campaign_id)
            as was_sent_latest,
        max_by(
            sent_campaigns.campaign_id,
            (sent_campaigns.start_day, sent_campaigns.campaign_id)
        ) as last_campaign_id,
        max(sent_campaigns.start_day) as last_contact_day
    from sent_campaigns
    cross join latest_campaign
    group by sent_campaigns.household_id

),

final as (

    select
        households.household_id,
        next_campaign.time_zero_day,
        coalesce(exposure_counts.n_campaigns_before, 0) as n_campaigns_before,
        coalesce(exposure_counts.n_campaigns_running, 0) as n_campaigns_running,
        coalesce(exposure_counts.was_sent_before, false) as was_sent_before,
        coalesce(exposure_counts.was_sent_latest, false) as was_sent_latest,
        exposure_counts.last_campaign_id,
        next_campaign.time_zero_day - exposure_counts.last_contact_day
            as days_since_contact
    from households
    cross join next_campaign
    left join exposure_counts
        on households.household_id = exposure_counts.household_id

)

select * from final
order by household_id
