with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

targets as (

    select * from {{ ref('stg_campaign_targets') }}

),

start_weeks as (

    select
        campaigns.campaign_id,
        start_week.week_number as start_week_number
    from campaigns
    inner join {{ ref('int_weeks') }} as start_week
        on campaigns.start_day between start_week.first_day and start_week.last_day

),

week_counts as (

    select
        start_weeks.campaign_id,
        count(*) filter (where weeks.week_number < start_weeks.start_week_number)
            as n_pre_weeks,
        min(weeks.first_day) filter (
            where weeks.week_number < start_weeks.start_week_number
        ) as pre_start_day,
        max(weeks.last_day) filter (
            where weeks.week_number < start_weeks.start_week_number
        ) as pre_end_day,
        max(weeks.last_day) filter (
            where
            weeks.week_number
            < start_weeks.start_week_number + {{ var('impact_effect_weeks') }}
        ) as effect_end_day,
        count(*) filter (
            where
            weeks.week_number >= start_weeks.start_week_number
            and weeks.week_number
            < start_weeks.start_week_number + {{ var('impact_effect_weeks') }}
        ) as n_effect_weeks,
        count(*) filter (where weeks.week_number >= start_weeks.start_week_number)
            as n_followed_weeks
    from start_weeks
    inner join weeks
        on
            weeks.week_number
            between start_weeks.start_week_number - {{ var('impact_pre_weeks') }}
            and start_weeks.start_week_number + {{ var('impact_followed_weeks') }}
    group by start_weeks.campaign_id

),

sent_counts as (

    select
        campaign_id,
        count(*) filter (where is_sent) as n_sent
    from targets
    group by campaign_id

),

final as (

    select
        campaigns.campaign_id,
        campaigns.campaign_type,
        campaigns.start_day,
        campaigns.end_day,
        start_weeks.start_week_number,
        week_counts.pre_start_day,
        week_counts.pre_end_day,
        week_counts.effect_end_day,
        coalesce(week_counts.n_pre_weeks, 0) as n_pre_weeks,
        coalesce(week_counts.n_effect_weeks, 0) as n_effect_weeks,
        coalesce(week_counts.n_followed_weeks, 0) as n_followed_weeks,
        coalesce(sent_counts.n_sent, 0) as n_sent,
        case
            when coalesce(sent_counts.n_sent, 0) = 0 then 'nobody was sent it'
            when start_weeks.campaign_id is null
                then 'its start is outside of the data'
            when
                coalesce(week_counts.n_pre_weeks, 0) < {{ var('impact_min_pre_weeks') }}
                then 'too few weeks of data before it'
            when
                coalesce(week_counts.n_effect_weeks, 0)
                < {{ var('impact_min_effect_weeks') }}
                then 'too few weeks of data after its start'
        end as exclusion_reason
    from campaigns
    left join start_weeks on campaigns.campaign_id = start_weeks.campaign_id
    left join week_counts on campaigns.campaign_id = week_counts.campaign_id
    left join sent_counts on campaigns.campaign_id = sent_counts.campaign_id

)

select * from final
order by campaign_id
