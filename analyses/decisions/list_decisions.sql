select
    decision,
    evidence_class,
    count(*) as households,
    round(avg(propensity), 2) as mean_propensity,
    round(avg(p_assign), 2) as p_assign,
    round(avg(predicted_effect), 1) as mean_effect,
    round(avg(expected_profit), 2) as mean_expected_profit
from {{ ref('fct_campaign_list') }}
group by decision, evidence_class
order by decision, evidence_class
