select
    design,
    learner,
    baseline,
    cast(round(difference) as integer) as difference,
    cast(round(std_error) as integer) as std_error,
    round(q_value, 2) as q_value,
    verdict
from {{ ref('fct_ranking_comparisons') }}
where metric = 'autoc'
order by design, baseline, learner
