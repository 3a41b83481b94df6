select
    decision,
    min(reason) as for_example
from {{ ref('fct_campaign_list') }}
group by decision
order by decision
