with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

-- Every other campaign that a unit's household was sent.
other_campaigns as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        trial_units.time_zero_day,
        trial_units.lookback_start_day,
        trial_units.outcome_end_day,
        campaigns.start_day,
        campaigns.end_day
    from trial_units
    inner join targets on trial_units.household_id = targets.household_id
    inner join campaigns
        on
            targets.campaign_id = campaigns.campaign_id
            and trial_units.campaign_id != campaigns.campaign_id

),

exposure_counts as (

    select
        design,
        campaign_id,
        household_id,
        count(*) filter (
            where start_day < time_zero_day and end_day >= lookback_start_day
        ) as n_campaigns_before,
        count(*) filter (
            where start_day < time_zero_day and end_day >= time_zero_day
        ) as n_campaigns_running,
        count(*) filter (
            where start_day between time_zero_day and outcome_end_day
        ) as n_campaigns_during
    from other_campaigns
    group by design, campaign_id, household_id

),

final as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        coalesce(exposure_counts.n_campaigns_before, 0) as n_campaigns_before,
        coalesce(exposure_counts.n_campaigns_running, 0) as n_campaigns_running,
        -- Known only after time zero: reported, never a covariate.
        coalesce(exposure_counts.n_campaigns_during, 0) as n_campaigns_during,
        coalesce(exposure_counts.n_campaigns_during, 0) > 0 as is_contaminated
    from trial_units
    left join exposure_counts
        on
            trial_units.design = exposure_counts.design
            and trial_units.campaign_id = exposure_counts.campaign_id
            and trial_units.household_id = exposure_counts.household_id

)

select * from final
order by design, campaign_id, household_id
