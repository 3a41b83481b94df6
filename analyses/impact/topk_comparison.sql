select
    ranking,
    top_share,
    estimator,
    n_households,
    n_units,
    n_sent,
    estimate,
    std_error,
    ci_lower,
    ci_upper,
    p_value,
    q_value,
    finding
from {{ ref('fct_uplift_top_k') }}
order by ranking, top_share, estimator
