select
    decision,
    n_households as households,
    n_contacts as contacts,
    round(contact_cost, 2) as cost,
    round(expected_profit) as expected_profit,
    round(expected_profit_ci_lower) as ci_lower,
    round(expected_profit_ci_upper) as ci_upper,
    what_is_known
from {{ ref('fct_list_summary') }}
order by position
