with

campaigns as (

    select *
    from {{ ref('int_impact_campaigns') }}
    where exclusion_reason is null

),

targets as (

    select * from {{ ref('stg_campaign_targets') }}

),

purchase_days as (

    select *
    from {{ ref('int_purchase_days') }}
    where n_baskets > 0

),

-- Whoever bought in the weeks before could be reached. Both arms keep the same rule,
-- and it looks at nothing that came after the start.
buyers as (

    select distinct
        campaigns.campaign_id,
        purchase_days.household_id
    from campaigns
    inner join purchase_days
        on purchase_days.day between campaigns.pre_start_day and campaigns.pre_end_day

),

own_targets as (

    select
        campaign_id,
        household_id,
        bool_or(is_sent) as is_sent,
        bool_or(is_experiment) as is_listed
    from targets
    group by campaign_id, household_id

),

-- Where a campaign was drawn by lot, only the listed households could be sent it.
drawn_campaigns as (

    select distinct campaign_id
    from targets
    where is_experiment

),

other_campaigns as (

    select
        buyers.campaign_id,
        buyers.household_id,
        count(*) filter (where others.start_day < campaigns.start_day)
            as n_campaigns_before,
        count(*) filter (
            where
            others.start_day < campaigns.start_day
            and others.end_day >= campaigns.start_day
        ) as n_campaigns_running,
        count(*) filter (
            where
            others.start_day between campaigns.start_day
            and campaigns.effect_end_day
        ) as n_campaigns_meanwhile
    from buyers
    inner join campaigns on buyers.campaign_id = campaigns.campaign_id
    inner join targets
        on
            buyers.household_id = targets.household_id
            and buyers.campaign_id != targets.campaign_id
            and targets.is_sent
    inner join {{ ref('stg_campaigns') }} as others
        on targets.campaign_id = others.campaign_id
    group by buyers.campaign_id, buyers.household_id

),

final as (

    select
        buyers.campaign_id,
        buyers.household_id,
        coalesce(own_targets.is_sent, false) as is_sent,
        drawn_campaigns.campaign_id is not null as is_drawn,
        coalesce(other_campaigns.n_campaigns_before, 0) as n_campaigns_before,
        coalesce(other_campaigns.n_campaigns_running, 0) as n_campaigns_running,
        -- Known only later: reported, never a covariate.
        coalesce(other_campaigns.n_campaigns_meanwhile, 0) as n_campaigns_meanwhile
    from buyers
    left join own_targets
        on
            buyers.campaign_id = own_targets.campaign_id
            and buyers.household_id = own_targets.household_id
    left join drawn_campaigns on buyers.campaign_id = drawn_campaigns.campaign_id
    left join other_campaigns
        on
            buyers.campaign_id = other_campaigns.campaign_id
            and buyers.household_id = other_campaigns.household_id
    where drawn_campaigns.campaign_id is null or own_targets.is_listed

)

select * from final
order by campaign_id, household_id
