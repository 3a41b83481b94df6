with

campaigns as (

    select *
    from {{ ref('int_impact_campaigns') }}
    where exclusion_reason is null

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

final as (

    select
        campaigns.campaign_id,
        weeks.week,
        weeks.week_number,
        cast(weeks.week_number - campaigns.start_week_number as integer)
            as relative_week
    from campaigns
    inner join weeks
        on
            weeks.week_number
            between campaigns.start_week_number - {{ var('impact_pre_weeks') }}
            and campaigns.start_week_number + {{ var('impact_followed_weeks') }}

)

select * from final
order by campaign_id, relative_week
