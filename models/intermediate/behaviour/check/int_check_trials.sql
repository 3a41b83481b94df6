with

-- A campaign with a drawn holdout is compared inside of the draw.
trial_campaigns as (

    select
        *,
        row_number() over (
            partition by campaign_id order by control_rule = 'held out' desc
        ) as place
    from {{ ref('int_trial_campaigns') }}
    where design in ('{{ var("primary_design") }}', 'randomised_holdout')

),

candidates as (

    select * from {{ ref('int_trial_candidates') }}
    where exclusion_reason is null

),

candidate_counts as (

    select
        design,
        campaign_id,
        count(*) filter (where is_treated) as n_treated,
        count(*) filter (where not is_treated) as n_comparable
    from candidates
    group by design, campaign_id

),

final as (

    select
        trial_campaigns.campaign_id,
        trial_campaigns.design,
        trial_campaigns.control_rule,
        trial_campaigns.lookback_start_day,
        trial_campaigns.lookback_end_day,
        trial_campaigns.time_zero_day,
        trial_campaigns.outcome_end_day,
        trial_campaigns.exclusion_reason,
        coalesce(candidate_counts.n_treated, 0) as n_treated,
        coalesce(candidate_counts.n_comparable, 0) as n_comparable
    from trial_campaigns
    left join candidate_counts
        on
            trial_campaigns.design = candidate_counts.design
            and trial_campaigns.campaign_id = candidate_counts.campaign_id
    where trial_campaigns.place = 1

)

select * from final
order by campaign_id
