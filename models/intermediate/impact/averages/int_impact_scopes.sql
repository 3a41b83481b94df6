with

units as (

    select * from {{ ref('int_impact_units') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

campaign_sizes as (

    select
        campaign_id,
        count(*) filter (where is_sent) as n_sent
    from units
    group by campaign_id
    having count(*) filter (where is_sent) > 1
        and count(*) filter (where not is_sent) > 1

),

scopes as (

    select
        campaign_sizes.*,
        campaigns.n_pre_weeks = {{ var('impact_pre_weeks') }}
        and campaigns.n_followed_weeks = {{ var('impact_followed_weeks') }} + 1
            as is_whole_course,
        {{ scope_names('campaign_sizes.campaign_id', 'campaigns.campaign_type') }}
            as scope
    from campaign_sizes
    inner join campaigns on campaign_sizes.campaign_id = campaigns.campaign_id

),

final as (

    select
        scope,
        campaign_id,
        n_sent,
        is_whole_course
    from scopes

)

select * from final
order by scope, campaign_id
