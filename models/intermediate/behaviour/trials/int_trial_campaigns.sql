with

campaigns as (

    select
        *,
        min(case when {{ is_studied_type('campaign_type') }} then start_day end) over (
            order by start_day, campaign_id
            rows between 1 following and unbounded following
        ) as next_studied_start_day
    from {{ ref('stg_campaigns') }}

),

designs as (

    select * from {{ ref('int_designs') }}

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_calendar') }}

),

-- The outcome window ends some days after the campaign, and before the next studied
-- campaign starts. It never ends before the campaign itself, unless the design says so.
outcome_windows as (

    select
        designs.design,
        designs.control_rule,
        designs.is_shifted,
        campaigns.campaign_id,
        campaigns.campaign_type,
        campaigns.start_day as campaign_start_day,
        campaigns.end_day as campaign_end_day,
        cast(
            floor({{ edition_value('lookback_days') }} * designs.lookback_ratio)
            as integer
        ) as n_lookback_days,
        least(
            coalesce(
                campaigns.start_day + designs.outcome_days - 1,
                campaigns.end_day
                + coalesce(designs.washout_days, {{ var('washout_days') }})
            ),
            greatest(
                campaigns.end_day,
                coalesce(campaigns.next_studied_start_day - 1, data_bounds.last_day)
            ),
            data_bounds.last_day
        ) as outcome_end_day,
        data_bounds.first_day,
        data_bounds.last_day
    from campaigns
    inner join designs
        on {{ is_trial_of_design('designs.campaign_types', 'campaigns.campaign_type') }}
    cross join data_bounds
    where
        designs.control_rule != 'held out'
        or campaigns.campaign_id in (
            select targets.campaign_id from {{ ref('stg_campaign_targets') }} as targets
            where targets.is_experiment
        )

),

-- Time zero is the start day. In a placebo design it is the first day of a window of
-- the same length that ends the day before. Arms that were drawn need no look-back.
timed_windows as (

    select
        *,
        case
            when is_shifted
                then 2 * campaign_start_day - outcome_end_day - 1
            else campaign_start_day
        end as time_zero_day
    from outcome_windows

),

final as (

    select
        design,
        campaign_id,
        campaign_type,
        campaign_start_day,
        campaign_end_day,
        row_number() over (
            partition by design order by campaign_start_day, campaign_id
        ) as campaign_number,
        control_rule,
        time_zero_day,
        time_zero_day - n_lookback_days as lookback_start_day,
        time_zero_day - 1 as lookback_end_day,
        case
            when is_shifted then campaign_start_day - 1
            else outcome_end_day
        end as outcome_end_day,
        case
            when
                time_zero_day - n_lookback_days < first_day
                and control_rule != 'held out'
                then 'no full look-back in the data'
            when last_day - campaign_start_day + 1 < {{ var('min_outcome_days') }}
                then 'too few days left before the data end'
        end as exclusion_reason
    from timed_windows

)

select * from final
order by design, time_zero_day, campaign_id
