with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

targets as (

    select * from {{ ref('stg_campaign_targets') }}

),

left_out_targets as (

    select * from {{ ref('stg_left_out_targets') }}

),

trials as (

    select * from {{ ref('int_check_trials') }}

),

calendar as (

    select
        min(calendar_date - cast(day as integer)) as day_zero,
        max(day) as last_day
    from {{ ref('int_calendar') }}

),

target_counts as (

    select
        campaign_id,
        count(*) filter (where is_sent) as n_sent,
        count(*) filter (where not is_sent) as n_held_out
    from targets
    group by campaign_id

),

final as (

    select
        campaigns.campaign_id,
        {{ source_id('campaigns.campaign_id', 'campaign') }} as source_campaign_id,
        campaigns.campaign_type,
        campaigns.start_day,
        campaigns.end_day,
        campaigns.is_open_ended,
        calendar.day_zero + cast(campaigns.start_day as integer) as start_date,
        calendar.day_zero + cast(campaigns.end_day as integer) as end_date,
        coalesce(target_counts.n_sent, 0) as n_sent,
        coalesce(target_counts.n_held_out, 0) as n_held_out,
        coalesce(left_out_targets.n_without_purchase, 0) as n_without_purchase,
        coalesce(trials.n_treated, 0) as n_treated,
        coalesce(trials.n_comparable, 0) as n_comparable,
        trials.lookback_end_day - trials.lookback_start_day + 1 as n_lookback_days,
        trials.outcome_end_day - trials.time_zero_day + 1 as n_outcome_days,
        campaigns.end_day - campaigns.start_day + 1 as n_campaign_days,
        trials.campaign_id is not null as is_studied,
        coalesce(trials.control_rule = 'held out', false) as is_drawn,
        -- Arms that were drawn need no fit.
        case
            when is_drawn then {{ var('min_drawn_households') }}
            else {{ min_fitted_arm() }}
        end as min_arm_households,
        case
            when trials.campaign_id is null
                then 'its type is not studied (var studied_campaign_types)'
            when campaigns.start_day > calendar.last_day
                then 'it starts after the last day of the data'
            when trials.exclusion_reason is not null
                then trials.exclusion_reason
            when coalesce(target_counts.n_sent, 0) = 0
                then 'nobody who ever bought was sent it'
            when is_drawn and coalesce(trials.n_comparable, 0) = 0
                then 'nobody who was held out bought before it and could have been '
                    || 'sent it (probability above 0 and below 1)'
            when coalesce(trials.n_comparable, 0) = 0
                then 'there is no comparison group: every household that bought in the '
                    || 'look-back was sent it (vars holdout_columns and holdout_arms '
                    || 'say which targets were held out)'
        end as obstacle
    from campaigns
    cross join calendar
    left join trials on campaigns.campaign_id = trials.campaign_id
    left join target_counts on campaigns.campaign_id = target_counts.campaign_id
    left join left_out_targets on campaigns.campaign_id = left_out_targets.campaign_id

)

select * from final
order by start_day, campaign_id
