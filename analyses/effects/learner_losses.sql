select
    design,
    learner,
    cast(round(difference_to_best) as integer) as more_loss_than_best,
    cast(round(std_error) as integer) as std_error,
    is_chosen,
    verdict
from {{ ref('fct_learner_losses') }}
where outcome = 'purchase_amount' and loss = 'r_loss'
order by design, complexity_rank
