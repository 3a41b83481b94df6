select
    segment_name,
    round(value, 2) as found_again,
    round(ci_lower, 2) as at_worst,
    round(ci_upper, 2) as at_best,
    is_stable
from {{ ref('fct_segment_stability') }}
where method = 'bootstrap'
order by segment_id
