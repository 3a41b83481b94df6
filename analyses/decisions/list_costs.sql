select
    decision,
    count(*) as households,
    round(sum(flat_cost), 2) as one_cost_for_all,
    round(sum(household_cost), 2) as own_costs,
    round(min(household_cost), 2) as least,
    round(max(household_cost), 2) as most,
    count(*) filter (
        where (margin * predicted_effect > flat_cost)
        != (margin * predicted_effect > household_cost)
    ) as other_side_of_break_even
from {{ ref('fct_campaign_list') }}
where decision != 'suppressed'
group by decision
order by decision
