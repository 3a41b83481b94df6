with

trial_campaigns as (

    select * from {{ ref('int_trial_campaigns') }}

),

targets as (

    select * from {{ ref('stg_campaign_targets') }}

),

sent_targets as (

    select * from targets
    where is_sent

),

households as (

    select distinct household_id from {{ ref('int_purchase_days') }}

),

-- A household's first campaign counts even if that campaign is excluded, because such a
-- household was treated before its outcomes are measured.
first_campaigns as (

    select
        trial_campaigns.design,
        targets.household_id,
        min(trial_campaigns.campaign_number) as first_number
    from sent_targets as targets
    inner join trial_campaigns
        on targets.campaign_id = trial_campaigns.campaign_id
    group by trial_campaigns.design, targets.household_id

),

-- The chance of a listed household to be sent its campaign: as stated, otherwise the
-- share that was sent it.
drawn_targets as (

    select
        *,
        coalesce(
            probability,
            avg(cast(is_sent as integer)) over (
                partition by campaign_id, probability is null
            )
        ) as known_propensity
    from targets
    where is_experiment

),

-- Treated households stand in their first campaign only. A household that was never
-- sent a campaign can be a control of each. In some designs a household that was not
-- sent one yet can be a control, too.
observed_arms as (

    select
        trial_campaigns.design,
        trial_campaigns.campaign_id,
        households.household_id,
        coalesce(
            first_campaigns.first_number = trial_campaigns.campaign_number, false
        ) as is_treated,
        cast(null as double) as known_propensity
    from trial_campaigns
    cross join households
    left join first_campaigns
        on
            trial_campaigns.design = first_campaigns.design
            and households.household_id = first_campaigns.household_id
    where
        trial_campaigns.control_rule != 'held out'
        and (
            first_campaigns.first_number is null
            or first_campaigns.first_number = trial_campaigns.campaign_number
            or (
                trial_campaigns.control_rule = 'not yet sent'
                and first_campaigns.first_number > trial_campaigns.campaign_number
            )
        )

),

drawn_arms as (

    select
        trial_campaigns.design,
        trial_campaigns.campaign_id,
        targets.household_id,
        targets.is_sent as is_treated,
        targets.known_propensity
    from trial_campaigns
    inner join drawn_targets as targets
        on trial_campaigns.campaign_id = targets.campaign_id
    where trial_campaigns.control_rule = 'held out'

),

final as (

    select * from observed_arms
    union all
    select * from drawn_arms

)

select * from final
order by design, campaign_id, household_id
