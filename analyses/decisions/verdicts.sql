select
    verdicts.question,
    verdicts.verdict
from {{ ref('fct_verdicts') }} as verdicts
inner join {{ ref('questions') }} as questions
    on verdicts.question_id = questions.question_id
where verdicts.is_primary_design and not questions.is_about_campaigns
order by verdicts.question_id
