-- Stacked two-way fixed effects (evidence.fct_change_regressions), and the difference in
-- differences of the same campaigns (marts.fct_campaign_estimates), per household and week.
select
    model,
    scope,
    outcome,
    error_type,
    estimate,
    std_error,
    p_value,
    n_units
from {{ ref('fct_change_regressions') }}
where model = 'stacked two-way fixed effects'
union all
select
    estimator,
    scope,
    'sales',
    'by household',
    estimate,
    std_error,
    p_value,
    n_sent + n_others
from {{ ref('fct_campaign_estimates') }}
where estimator = 'difference in differences'
order by model, scope, outcome, error_type
