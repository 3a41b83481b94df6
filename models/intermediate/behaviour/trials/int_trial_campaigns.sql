with

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

designs as (

    select * from {{ ref('designs') }}

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_calendar') }}

),

next_type_a_starts as (

    select
        campaigns.campaign_id,
        min(later_campaigns.start_day) as next_start_day
    from campaigns
    left join campaigns as later_campaigns
        on
            (
                campaigns.start_day < later_campaigns.start_day
                or (
                    campaigns.start_day = later_campaigns.start_day
                    and campaigns.campaign_id < later_campaigns.campaign_id
                )
            )
            and later_campaigns.campaign_type = 'A'
    group by campaigns.campaign_id

),

-- The outcome window ends some days after the campaign, but not inside the next TypeA
-- campaign, and never before the campaign itself ends, unless the design says so.
outcome_windows as (

    select
        designs.design,
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
                coalesce(next_type_a_starts.next_start_day - 1, data_bounds.last_day)
            ),
            data_bounds.last_day
        ) as outcome_end_day,
        data_bounds.first_day,
        data_bounds.last_day
    from campaigns
    inner join designs
        on contains(designs.campaign_types, campaigns.campaign_type)
    inner join next_type_a_starts
        on campaigns.campaign_id = next_type_a_starts.campaign_id
    cross join data_bounds

),

-- Time zero is the start day; in a placebo design the day from which an equally long
-- window ends the day before the campaign.
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
        time_zero_day,
        time_zero_day - n_lookback_days as lookback_start_day,
        time_zero_day - 1 as lookback_end_day,
        case
            when is_shifted then campaign_start_day - 1
            else outcome_end_day
        end as outcome_end_day,
        case
            when time_zero_day - n_lookback_days < first_day
                then 'no full look-back in the data'
            when last_day - campaign_start_day + 1 < {{ var('min_outcome_days') }}
                then 'too few days left before the data end'
        end as exclusion_reason
    from timed_windows

)

select * from final
order by design, time_zero_day, campaign_id
