with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

-- The number of campaigns that run can only grow on a day on which one starts.
start_counts as (

    select
        campaigns.campaign_id,
        others.start_day,
        count(*) as n_running
    from campaigns
    inner join campaigns as others
        on
            campaigns.campaign_id = others.campaign_id
            or others.start_day between campaigns.start_day and campaigns.end_day
    inner join campaigns as running
        on
            greatest(others.start_day, campaigns.start_day)
            between running.start_day and running.end_day
    group by campaigns.campaign_id, others.campaign_id, others.start_day

),

final as (

    select
        campaign_id,
        max(n_running) as max_concurrent_campaigns
    from start_counts
    group by campaign_id

)

select * from final
order by campaign_id
