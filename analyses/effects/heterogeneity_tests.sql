select
    design,
    learner,
    test,
    round(value, 2) as value,
    round(std_error, 2) as std_error,
    cast(round(random_lower) as integer) as random_from,
    cast(round(random_upper) as integer) as random_to,
    round(p_value, 2) as p_value,
    round(q_value, 2) as q_value,
    verdict
from {{ ref('fct_cate_validation') }}
where outcome = 'purchase_amount' and test in ('autoc', 'blp_slope')
order by design asc, test asc, is_primary desc, learner asc
