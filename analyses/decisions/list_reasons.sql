select
    decision,
    evidence_class,
    min(reason) as for_example
from {{ ref('fct_campaign_list') }}
group by decision, evidence_class
order by decision, evidence_class
