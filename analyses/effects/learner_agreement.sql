select
    design,
    learner_a,
    learner_b,
    round(spearman, 2) as spearman,
    round(same_sign_share, 2) as same_sign,
    round(top_20_overlap, 2) as same_top_20
from {{ ref('fct_learner_agreement') }}
where
    outcome = 'purchase_amount'
    and 'causal_forest' in (learner_a, learner_b)
order by design, learner_a, learner_b
