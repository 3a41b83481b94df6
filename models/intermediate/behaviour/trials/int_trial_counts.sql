with

trial_campaigns as (

    select * from {{ ref('int_trial_campaigns') }}

),

candidates as (

    select * from {{ ref('int_trial_candidates') }}

),

campaign_counts as (

    select
        design,
        count(*) as n_campaigns,
        count(*) filter (where exclusion_reason is null) as n_included,
        string_agg(distinct exclusion_reason, ' or ' order by exclusion_reason)
            as reasons
    from trial_campaigns
    group by design

),

candidate_counts as (

    select
        design,
        count(*) filter (where is_treated) as n_sent,
        count(*) filter (where is_treated and exclusion_reason is null)
            as n_sent_buyers,
        count(*) filter (where not is_treated and exclusion_reason is null)
            as n_other_buyers
    from candidates
    group by design

),

final as (

    select
        campaign_counts.design,
        campaign_counts.n_campaigns,
        campaign_counts.n_included,
        campaign_counts.reasons,
        coalesce(candidate_counts.n_sent, 0) as n_sent,
        coalesce(candidate_counts.n_sent_buyers, 0) as n_sent_buyers,
        coalesce(candidate_counts.n_other_buyers, 0) as n_other_buyers
    from campaign_counts
    left join candidate_counts on campaign_counts.design = candidate_counts.design

)

select * from final
order by design
