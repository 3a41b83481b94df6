select
    question,
    verdict
from {{ ref('fct_verdicts') }}
where is_primary_design
order by question_id
