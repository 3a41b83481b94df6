with

trial_campaigns as (

    select * from {{ ref('int_trial_campaigns') }}

),

targets as (

    select * from {{ ref('stg_campaign_targets') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

households as (

    select distinct household_id from purchase_days

),

-- A household's first campaign counts even if that campaign is excluded, because such a
-- household was treated before its outcomes are measured.
first_campaigns as (

    select
        trial_campaigns.design,
        targets.household_id,
        min(trial_campaigns.campaign_number) as first_number
    from targets
    inner join trial_campaigns
        on targets.campaign_id = trial_campaigns.campaign_id
    group by trial_campaigns.design, targets.household_id

),

-- Treated households stand in their first campaign only. A household that was never
-- sent a campaign can be a control of each. In some designs a household that was not
-- sent one yet can be a control, too.
household_campaigns as (

    select
        trial_campaigns.design,
        trial_campaigns.campaign_id,
        households.household_id,
        coalesce(
            first_campaigns.first_number = trial_campaigns.campaign_number, false
        ) as is_treated,
        trial_campaigns.time_zero_day,
        trial_campaigns.lookback_start_day,
        trial_campaigns.lookback_end_day,
        trial_campaigns.outcome_end_day,
        trial_campaigns.exclusion_reason as campaign_exclusion_reason
    from trial_campaigns
    cross join households
    left join first_campaigns
        on
            trial_campaigns.design = first_campaigns.design
            and households.household_id = first_campaigns.household_id
    where
        first_campaigns.first_number is null
        or first_campaigns.first_number = trial_campaigns.campaign_number
        or (
            trial_campaigns.control_rule = 'not yet sent'
            and first_campaigns.first_number > trial_campaigns.campaign_number
        )

),

lookback_buyers as (

    select distinct
        household_campaigns.design,
        household_campaigns.campaign_id,
        household_campaigns.household_id
    from household_campaigns
    inner join purchase_days
        on
            household_campaigns.household_id = purchase_days.household_id
            and purchase_days.day
            between household_campaigns.lookback_start_day
            and household_campaigns.lookback_end_day

),

final as (

    select
        household_campaigns.design,
        household_campaigns.campaign_id,
        household_campaigns.household_id,
        household_campaigns.is_treated,
        household_campaigns.time_zero_day,
        household_campaigns.lookback_start_day,
        household_campaigns.lookback_end_day,
        household_campaigns.outcome_end_day,
        case
            when household_campaigns.campaign_exclusion_reason is not null
                then 'campaign excluded: '
                    || household_campaigns.campaign_exclusion_reason
            when lookback_buyers.household_id is null
                then 'no purchase in the look-back'
        end as exclusion_reason
    from household_campaigns
    left join lookback_buyers
        on
            household_campaigns.design = lookback_buyers.design
            and household_campaigns.campaign_id = lookback_buyers.campaign_id
            and household_campaigns.household_id = lookback_buyers.household_id

)

select * from final
order by design, campaign_id, household_id
