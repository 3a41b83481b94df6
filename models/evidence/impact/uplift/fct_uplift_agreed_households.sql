with

groups as (

    select *
    from {{ ref('int_uplift_groups') }}
    where ranking = 'all_three'

),

ranks as (

    select * from {{ ref('int_uplift_ranks') }}

),

units as (

    select * from {{ ref('int_uplift_units') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

latest_campaign as (

    select campaigns.campaign_id
    from campaigns
    where campaigns.campaign_id in (select units.campaign_id from units)
    order by campaigns.start_day desc, campaigns.campaign_id desc
    limit 1

),

agreed as (

    select
        groups.campaign_id,
        groups.household_id,
        min(groups.group_value) as top_share
    from groups
    inner join latest_campaign on groups.campaign_id = latest_campaign.campaign_id
    group by groups.campaign_id, groups.household_id

),

scores as (

    select
        campaign_id,
        household_id,
        max(score) filter (where ranking = 't_learner') as t_learner_effect,
        max(score) filter (where ranking = 's_learner') as s_learner_effect,
        max(score) filter (where ranking = 'sales_before') as sales_before
    from ranks
    group by campaign_id, household_id

),

final as (

    select
        agreed.household_id,
        agreed.campaign_id,
        agreed.top_share,
        scores.t_learner_effect,
        scores.s_learner_effect,
        scores.sales_before
    from agreed
    inner join scores
        on
            agreed.campaign_id = scores.campaign_id
            and agreed.household_id = scores.household_id

)

select * from final
order by household_id
