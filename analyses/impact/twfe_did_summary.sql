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
    estimator as model,
    scope,
    'sales' as outcome,
    'by household' as error_type,
    estimate,
    std_error,
    p_value,
    n_sent + n_others as n_units
from {{ ref('fct_campaign_estimates') }}
where estimator = 'difference in differences'
order by model, scope, outcome, error_type
