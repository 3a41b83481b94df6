select
    source,
    effect,
    std_dev,
    stated_households,
    n_needed,
    n_households,
    cast(round(minimum_detectable_effect) as integer) as detectable_effect
from {{ ref('fct_documented_tests') }}
order by n_needed
