{{ config(group='behaviour') }}
-- An outcome that is counted over a few days says nothing of the campaign. A window may
-- be shorter than var min_outcome_days only where the campaign itself is, or where the
-- design says so.
select
    trial_campaigns.design,
    trial_campaigns.campaign_id,
    trial_campaigns.time_zero_day,
    trial_campaigns.outcome_end_day
from {{ ref('int_trial_campaigns') }} as trial_campaigns
inner join {{ ref('int_designs') }} as designs
    on trial_campaigns.design = designs.design
where
    trial_campaigns.exclusion_reason is null
    and trial_campaigns.outcome_end_day - trial_campaigns.time_zero_day + 1
    < least(
        {{ var('min_outcome_days') }},
        trial_campaigns.campaign_end_day - trial_campaigns.campaign_start_day + 1,
        coalesce(designs.outcome_days, {{ var('min_outcome_days') }})
    )
