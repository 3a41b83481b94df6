with

design_sizes as (

    select *
    from {{ ref('int_design_sizes') }}
    where role = 'main'

),

trial_counts as (

    select * from {{ ref('int_trial_counts') }}

),

all_campaigns as (

    select count(*) as n_all_campaigns from {{ ref('stg_campaigns') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'no comparison'

),

-- The first obstacle counts. A design with none of them is estimated.
obstacles as (

    select
        design_sizes.*,
        trial_counts.n_campaigns,
        trial_counts.reasons,
        -- What a fold leaves to learn from must be enough.
        {{ min_fitted_arm() }} as n_needed,
        case
            when design_sizes.is_estimable then 'not predicted'
            when all_campaigns.n_all_campaigns = 0 then 'no campaign'
            when trial_counts.n_campaigns is null then 'no campaign of the type'
            when coalesce(trial_counts.n_sent, 0) = 0 then 'nobody sent'
            when trial_counts.n_included = 0 then 'no campaign in time'
            when trial_counts.n_sent_buyers = 0 then 'no buyers sent'
            when trial_counts.n_other_buyers = 0 then 'everybody sent'
            when
                design_sizes.n_treated_households < n_needed
                and design_sizes.n_treated_households
                <= design_sizes.n_control_households
                then 'few sent'
            else 'few not sent'
        end as answer
    from design_sizes
    cross join all_campaigns
    left join trial_counts on design_sizes.design = trial_counts.design

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
