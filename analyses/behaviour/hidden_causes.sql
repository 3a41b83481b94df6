select
    cause,
    effect,
    handling,
    round(100 * strength_needed, 1) as percent_that_would_decide
from {{ ref('fct_causal_graph') }}
where not is_measured
order by position
