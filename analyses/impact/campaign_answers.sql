select
    question,
    verdict
from {{ ref('fct_verdicts') }}
where
    is_primary_design
    and question_id in (
        'which_campaigns_paid', 'do_they_only_move_purchases', 'which_coupons_work'
    )
order by question_id desc
