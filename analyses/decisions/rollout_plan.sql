select
    phase,
    status,
    campaign_types as types,
    n_contacts as contacts,
    round(contact_cost, 2) as cost,
    plan,
    next_action
from {{ ref('fct_rollout_plan') }}
order by position
