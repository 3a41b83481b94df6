select
    variable,
    test,
    round(effect_size, 2) as effect_size,
    round(chance_effect_size, 2) as by_chance,
    q_value < 0.05 as is_significant
from {{ ref('fct_segment_tests') }}
where is_held_out and test in ('kruskal_wallis', 'chi_square')
order by effect_size desc, variable asc
