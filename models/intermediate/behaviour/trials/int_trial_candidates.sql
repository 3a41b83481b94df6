with

trial_campaigns as (

    select * from {{ ref('int_trial_campaigns') }}

),

designs as (

    select * from {{ ref('designs') }}

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

numbered_campaigns as (

    select
        trial_campaigns.*,
        designs.control_rule,
        row_number() over (
            partition by trial_campaigns.design
            order by trial_campaigns.campaign_start_day, trial_campaigns.campaign_id
        ) as campaign_number
    from trial_campaigns
    inner join designs on trial_campaigns.design = designs.design

),

-- A household's first campaign, also where that campaign itself is excluded: such a
-- household was treated before we look.
first_campaigns as (

    select
        numbered_campaigns.design,
        targets.household_id,
        min(numbered_campaigns.campaign_number) as first_campaign_number
    from targets
    inner join numbered_campaigns
        on targets.campaign_id = numbered_campaigns.campaign_id
    group by numbered_campaigns.design, targets.household_id

),

-- Treated households meet their first campaign only. A household that was never sent
-- one could stand as a control for each campaign; in some designs so could one that was
-- not sent one yet.
household_campaigns as (

    select
        numbered_campaigns.design,
        numbered_campaigns.campaign_id,
        households.household_id,
        coalesce(
            first_campaigns.first_campaign_number = numbered_campaigns.campaign_number,
            false
        ) as is_treated,
        numbered_campaigns.time_zero_day,
        numbered_campaigns.lookback_start_day,
        numbered_campaigns.lookback_end_day,
        numbered_campaigns.outcome_end_day,
        numbered_campaigns.exclusion_reason as campaign_exclusion_reason
    from numbered_campaigns
    cross join households
    left join first_campaigns
        on
            numbered_campaigns.design = first_campaigns.design
            and households.household_id = first_campaigns.household_id
    where
        first_campaigns.first_campaign_number is null
        or first_campaigns.first_campaign_number = numbered_campaigns.campaign_number
        or (
            numbered_campaigns.control_rule = 'not yet sent'
            and first_campaigns.first_campaign_number
            > numbered_campaigns.campaign_number
        )

),

lookback_purchases as (

    select
        household_campaigns.design,
        household_campaigns.campaign_id,
        household_campaigns.household_id,
        count(purchase_days.day) as n_purchase_days
    from household_campaigns
    left join purchase_days
        on
            household_campaigns.household_id = purchase_days.household_id
            and purchase_days.day
            between household_campaigns.lookback_start_day
            and household_campaigns.lookback_end_day
    group by
        household_campaigns.design,
        household_campaigns.campaign_id,
        household_campaigns.household_id

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
            when lookback_purchases.n_purchase_days = 0
                then 'no purchase in the look-back'
        end as exclusion_reason
    from household_campaigns
    inner join lookback_purchases
        on
            household_campaigns.design = lookback_purchases.design
            and household_campaigns.campaign_id = lookback_purchases.campaign_id
            and household_campaigns.household_id = lookback_purchases.household_id

)

select * from final
order by design, campaign_id, household_id
