select
    list_part,
    max(n_assigned) as drawn,
    max(n_others) as others,
    count(*) as covariates,
    count(*) filter (where not is_within_chance) as beyond_chance,
    round(max(abs(smd)), 2) as largest,
    round(max(chance_smd), 2) as by_chance
from {{ ref('fct_list_balance') }}
group by list_part
order by list_part
