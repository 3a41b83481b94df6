select
    design,
    estimand,
    round(estimate, 1) as estimate,
    round(ci_lower, 1) as ci_lower,
    round(ci_upper, 1) as ci_upper,
    gate_status
from {{ ref('fct_effect_estimates') }}
where
    outcome = 'purchase_amount'
    and (is_headline or (design = 'campaign_trials' and estimand = 'naive'))
order by design, estimand
