with

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

adjusted_campaigns as (

    select distinct campaign_id
    from {{ ref('int_week_weights') }}

),

-- Campaigns that are added up have all weeks in the data: otherwise the course would
-- show which of them are left.
final as (

    select
        scopes.scope,
        scopes.campaign_id,
        scopes.n_sent,
        scopes.n_sent / sum(scopes.n_sent) over (partition by scopes.scope) as weight
    from scopes
    inner join adjusted_campaigns on scopes.campaign_id = adjusted_campaigns.campaign_id
    where scopes.is_whole_course or starts_with(scopes.scope, 'campaign ')

)

select * from final
order by scope, campaign_id
