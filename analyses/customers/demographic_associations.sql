select
    other_variable as demographic,
    variable,
    n_households,
    round(value, 2) as eta,
    p_value < 0.001 as is_beyond_chance
from {{ ref('fct_association_matrix') }}
where other_group = 'demographic' and coefficient = 'eta'
qualify
    row_number() over (
        partition by other_variable order by abs(value) desc, variable asc
    ) = 1
order by value desc
