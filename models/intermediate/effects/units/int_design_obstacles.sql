with

design_sizes as (

    select *
    from {{ ref('int_design_sizes') }}
    where role = 'main'

),

trial_campaigns as (

    select * from {{ ref('int_trial_campaigns') }}

),

candidates as (

    select * from {{ ref('int_trial_candidates') }}

),

all_campaigns as (

    select count(*) as n_all_campaigns from {{ ref('stg_campaigns') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'no comparison'

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

-- The first obstacle counts. A design with none of them is estimated.
obstacles as (

    select
        design_sizes.*,
        campaign_counts.n_campaigns,
        campaign_counts.reasons,
        -- What a fold leaves to learn from must be enough.
        {{ min_fitted_arm() }} as n_needed,
        case
            when design_sizes.is_estimable then 'not predicted'
            when all_campaigns.n_all_campaigns = 0 then 'no campaign'
            when campaign_counts.n_campaigns is null then 'no campaign of the type'
            when coalesce(candidate_counts.n_sent, 0) = 0 then 'nobody sent'
            when campaign_counts.n_included = 0 then 'no campaign in time'
            when candidate_counts.n_sent_buyers = 0 then 'no buyers sent'
            when candidate_counts.n_other_buyers = 0 then 'everybody sent'
            when
                design_sizes.n_treated_households < n_needed
                and design_sizes.n_treated_households
                <= design_sizes.n_control_households
                then 'few sent'
            else 'few not sent'
        end as answer
    from design_sizes
    cross join all_campaigns
    left join campaign_counts on design_sizes.design = campaign_counts.design
    left join candidate_counts on design_sizes.design = candidate_counts.design

),

final as (

    select
        obstacles.design,
        obstacles.answer,
        {{ fill_in('words.words', {
            'design': 'obstacles.design',
            'n_campaigns': 'obstacles.n_campaigns',
            'reasons': 'obstacles.reasons',
            'lookback_days': edition_value('lookback_days'),
            'min_outcome_days': var('min_outcome_days'),
            'n_sent': in_digits('obstacles.n_treated_households', 0),
            'n_not_sent': in_digits('obstacles.n_control_households', 0),
            'n_needed': in_digits('obstacles.n_needed', 0),
        }) }} as sentence,
        {{ fill_in('words.next_action', {
            'lookback_days': edition_value('lookback_days'),
            'min_outcome_days': var('min_outcome_days'),
        }) }} as next_action
    from obstacles
    inner join words on obstacles.answer = words.answer

)

select * from final
order by design
