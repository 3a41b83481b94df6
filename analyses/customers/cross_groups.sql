select
    group_label as households,
    variable,
    level,
    round(100 * group_value, 1) as percent,
    round(100 * other_value, 1) as percent_of_others,
    round(effect_size, 1) as odds_ratio,
    round(ci_lower, 1) as at_least,
    round(ci_upper, 1) as at_most,
    size
from {{ ref('fct_group_differences') }}
where
    test = 'fisher'
    and group_pair in ('high_value', 'high_frequency', 'discount_third')
    and variable_group in ('group', 'campaign')
    and not is_by_definition
    and level != 'between'
order by group_pair, variable, level
