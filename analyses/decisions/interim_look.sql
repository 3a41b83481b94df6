select
    n_households_at_look as households_seen,
    round(success_effect, 2) as pays_above,
    round(futility_effect, 2) as give_up_below,
    round(final_effect, 2) as needed_at_the_end,
    round(100 * early_success_chance) as percent_early_success,
    round(100 * early_failure_chance) as percent_lost,
    round(100 * early_failure_chance_at_break_even) as percent_saved,
    round(100 * final_power) as percent_power
from {{ ref('fct_interim_looks') }}
where share = 0.5
