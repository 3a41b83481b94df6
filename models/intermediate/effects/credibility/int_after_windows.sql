with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

trials as (

    select distinct
        design,
        campaign_id,
        time_zero_day,
        outcome_end_day,
        n_outcome_days
    from trial_units

),

-- From the end of the outcome window to the next trial of the design, as many days as
-- the window has at most, and none beyond the data.
ends as (

    select
        trials.design,
        trials.campaign_id,
        trials.outcome_end_day,
        least(
            trials.outcome_end_day + max(trials.n_outcome_days),
            min(later_trials.time_zero_day) - 1,
            (select max(purchase_days.day) from purchase_days)
        ) as after_end_day
    from trials
    left join trials as later_trials
        on
            trials.design = later_trials.design
            and trials.outcome_end_day < later_trials.time_zero_day
    group by trials.design, trials.campaign_id, trials.outcome_end_day

),

final as (

    select
        design,
        campaign_id,
        outcome_end_day + 1 as after_start_day,
        after_end_day,
        after_end_day - outcome_end_day as n_days_after
    from ends

)

select * from final
order by design, campaign_id
