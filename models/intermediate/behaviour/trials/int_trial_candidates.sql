with

trial_campaigns as (

    select * from {{ ref('int_trial_campaigns') }}

),

arms as (

    select * from {{ ref('int_trial_arms') }}

),

purchase_days as (

    select *
    from {{ ref('int_purchase_days') }}
    where n_baskets > 0

),

household_campaigns as (

    select
        arms.*,
        trial_campaigns.control_rule = 'held out' as is_drawn,
        trial_campaigns.time_zero_day,
        trial_campaigns.lookback_start_day,
        trial_campaigns.lookback_end_day,
        trial_campaigns.outcome_end_day,
        trial_campaigns.exclusion_reason as campaign_exclusion_reason
    from arms
    inner join trial_campaigns
        on
            arms.design = trial_campaigns.design
            and arms.campaign_id = trial_campaigns.campaign_id

),

-- Whoever bought before a draw is the same in both of its arms, however long ago that
-- was. Nobody is left out for what came after it.
lookback_buyers as (

    select distinct
        household_campaigns.design,
        household_campaigns.campaign_id,
        household_campaigns.household_id
    from household_campaigns
    inner join purchase_days
        on
            household_campaigns.household_id = purchase_days.household_id
            and household_campaigns.lookback_end_day >= purchase_days.day
            and (
                household_campaigns.is_drawn
                or household_campaigns.lookback_start_day <= purchase_days.day
            )

),

final as (

    select
        household_campaigns.design,
        household_campaigns.campaign_id,
        household_campaigns.household_id,
        household_campaigns.is_treated,
        household_campaigns.known_propensity,
        household_campaigns.time_zero_day,
        household_campaigns.lookback_start_day,
        household_campaigns.lookback_end_day,
        household_campaigns.outcome_end_day,
        case
            when household_campaigns.campaign_exclusion_reason is not null
                then 'campaign excluded: '
                    || household_campaigns.campaign_exclusion_reason
            when
                household_campaigns.is_drawn
                and household_campaigns.known_propensity in (0, 1)
                then 'no draw: its probability is 0 or 1'
            when lookback_buyers.household_id is null and household_campaigns.is_drawn
                then 'no purchase before the campaign'
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
