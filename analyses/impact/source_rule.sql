select
    decision,
    count(*) filter (where is_rejected_by_source_rule) as source_rejects,
    count(*) filter (where not is_rejected_by_source_rule) as source_keeps,
    count(*) filter (where is_rejected_by_source_rule is null) as no_figure
from {{ ref('fct_campaign_verdicts') }}
group by decision
order by decision
