with

assignments as (

    select * from {{ ref('campaign_assignments') }}

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

data_bounds as (

    select max(day) as last_day
    from {{ ref('int_calendar') }}

),

assigned_campaigns as (

    select
        campaign_id,
        min(assigned_at_day) as assigned_at_day
    from assignments
    group by campaign_id

),

dated_campaigns as (

    select
        assigned_campaigns.campaign_id,
        assigned_campaigns.assigned_at_day,
        campaigns.start_day,
        campaigns.end_day,
        campaigns.end_day + {{ var('washout_days') }} as outcome_end_day
    from assigned_campaigns
    left join campaigns on assigned_campaigns.campaign_id = campaigns.campaign_id

),

final as (

    select
        dated_campaigns.campaign_id,
        dated_campaigns.assigned_at_day,
        dated_campaigns.start_day,
        dated_campaigns.end_day,
        dated_campaigns.outcome_end_day,
        case
            when dated_campaigns.start_day is null
                then 'the campaign is not in the data'
            when dated_campaigns.start_day < dated_campaigns.assigned_at_day
                then 'the campaign began before it was assigned'
            when data_bounds.last_day < dated_campaigns.outcome_end_day
                then 'the outcome window is not over'
            else 'arrived'
        end as status
    from dated_campaigns
    cross join data_bounds

)

select * from final
order by campaign_id
