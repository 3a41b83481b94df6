with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_calendar') }}

),

type_a_campaigns as (

    select
        campaign_id,
        campaign_type,
        start_day,
        end_day,
        lead(start_day) over (order by start_day, campaign_id) as next_start_day
    from campaigns
    where campaign_type = 'A'

),

-- Time zero is the start day. The outcome window ends some days after the campaign, but
-- not inside the next campaign of the type, and never before the campaign itself ends.
windowed_campaigns as (

    select
        'first_type_a' as design,
        type_a_campaigns.campaign_id,
        type_a_campaigns.campaign_type,
        type_a_campaigns.start_day as time_zero_day,
        type_a_campaigns.end_day as campaign_end_day,
        type_a_campaigns.start_day - {{ edition_value('lookback_days') }}
            as lookback_start_day,
        type_a_campaigns.start_day - 1 as lookback_end_day,
        least(
            type_a_campaigns.end_day + {{ var('washout_days') }},
            greatest(
                type_a_campaigns.end_day,
                coalesce(type_a_campaigns.next_start_day - 1, data_bounds.last_day)
            ),
            data_bounds.last_day
        ) as outcome_end_day,
        data_bounds.first_day,
        data_bounds.last_day
    from type_a_campaigns
    cross join data_bounds

),

final as (

    select
        design,
        campaign_id,
        campaign_type,
        time_zero_day,
        campaign_end_day,
        lookback_start_day,
        lookback_end_day,
        outcome_end_day,
        case
            when lookback_start_day < first_day then 'no full look-back in the data'
            when last_day - time_zero_day + 1 < {{ var('min_outcome_days') }}
                then 'too few days left before the data end'
        end as exclusion_reason
    from windowed_campaigns

)

select * from final
order by design, time_zero_day, campaign_id
