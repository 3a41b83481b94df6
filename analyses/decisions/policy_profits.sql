select
    label as policy,
    population,
    n_units,
    cast(round(100 * share_targeted) as integer) as percent_targeted,
    cast(round(profit) as integer) as profit,
    cast(round(ci_lower) as integer) as ci_lower,
    cast(round(ci_upper) as integer) as ci_upper,
    gate_status
from {{ ref('fct_policy_values') }}
where
    design = 'campaign_trials'
    and is_decisive
    and policy in (
        'treat_all',
        'current_practice',
        'rfm_rule',
        'effect_above_break_even',
        'exact_tree'
    )
order by share_targeted
