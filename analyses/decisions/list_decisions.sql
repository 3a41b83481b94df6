select
    policy,
    decision,
    count(*) as households,
    round(avg(p_assign), 2) as p_assign,
    round(avg(predicted_effect), 1) as mean_effect,
    round(avg(expected_profit), 2) as mean_expected_profit
from {{ ref('fct_campaign_list') }}
group by policy, decision
order by decision
