select
    household_id,
    campaign_id,
    top_share,
    t_learner_effect,
    s_learner_effect,
    sales_before
from {{ ref('fct_uplift_agreed_households') }}
order by top_share, household_id
