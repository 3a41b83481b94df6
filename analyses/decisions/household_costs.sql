select
    costs.label as policy,
    round(costs.n_switched) as switched,
    round(costs.own_cost_gain) as gain,
    round(costs.own_cost_gain_ci_lower) as ci_lower,
    round(costs.own_cost_gain_ci_upper) as ci_upper,
    costs.is_own_cost_better
from {{ ref('fct_household_costs') }} as costs
inner join {{ ref('fct_target_populations') }} as populations
    on
        costs.design = populations.design
        and costs.population = populations.population
where
    costs.design = 'campaign_trials'
    and populations.is_decisive
    and costs.n_switched > 0
order by costs.label
