with

-- Lists that were made without a global holdout do not count.
assignments as (

    select *
    from {{ ref('campaign_assignments') }}
    where global_holdout_share > 0

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

campaign_targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

data_bounds as (

    select max(day) as last_day
    from {{ ref('int_calendar') }}

),

-- The first list decides. A household that it held out counts as held out, even if
-- later lists used another share or salt.
first_campaigns as (

    select campaign_id
    from assignments
    order by assigned_at_day asc, campaign_id asc
    limit 1

),

drawn_households as (

    select
        assignments.household_id,
        assignments.is_global_holdout,
        assignments.global_holdout_share,
        assignments.assigned_at_day
    from assignments
    inner join first_campaigns
        on assignments.campaign_id = first_campaigns.campaign_id

),

contact_counts as (

    select
        drawn_households.household_id,
        count(*) as n_contacts
    from drawn_households
    inner join campaign_targets
        on drawn_households.household_id = campaign_targets.household_id
    inner join campaigns
        on
            campaign_targets.campaign_id = campaigns.campaign_id
            and drawn_households.assigned_at_day <= campaigns.start_day
    group by drawn_households.household_id

),

final as (

    select
        drawn_households.household_id,
        drawn_households.is_global_holdout,
        drawn_households.global_holdout_share,
        drawn_households.assigned_at_day as start_day,
        data_bounds.last_day as end_day,
        coalesce(contact_counts.n_contacts, 0) as n_contacts
    from drawn_households
    cross join data_bounds
    left join contact_counts
        on drawn_households.household_id = contact_counts.household_id

)

select * from final
order by household_id
