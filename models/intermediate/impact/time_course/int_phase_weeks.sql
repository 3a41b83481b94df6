with

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

weeks as (

    select * from {{ ref('int_weeks') }}

),

campaign_weeks as (

    select *
    from {{ ref('int_campaign_weeks') }}
    where relative_week >= 0

),

end_weeks as (

    select
        campaigns.campaign_id,
        max(weeks.week_number) - any_value(campaigns.start_week_number)
            as last_relative_week
    from campaigns
    inner join weeks on campaigns.end_day >= weeks.first_day
    group by campaigns.campaign_id

),

phases as (

    select
        campaign_weeks.campaign_id,
        campaign_weeks.relative_week,
        campaign_weeks.relative_week <= end_weeks.last_relative_week as is_running,
        count(*) filter (
            where campaign_weeks.relative_week <= end_weeks.last_relative_week
        ) over (partition by campaign_weeks.campaign_id) as n_running_weeks,
        count(*) over (partition by campaign_weeks.campaign_id) as n_weeks
    from campaign_weeks
    inner join end_weeks on campaign_weeks.campaign_id = end_weeks.campaign_id

),

-- Effects are means per week, so both phases are on one scale. Only campaigns with
-- weeks of both can be compared.
final as (

    select
        campaign_id,
        relative_week,
        case when is_running then 1.0 / n_running_weeks else 0 end as running_weight,
        case when is_running then 0 else 1.0 / (n_weeks - n_running_weeks) end
            as ended_weight
    from phases
    where n_running_weeks between 1 and n_weeks - 1

)

select * from final
order by campaign_id, relative_week
