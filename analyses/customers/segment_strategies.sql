select
    segment_name,
    priority,
    strategy,
    key_actions
from {{ ref('dim_segments') }}
order by segment_id
