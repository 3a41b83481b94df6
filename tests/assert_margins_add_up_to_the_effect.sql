{{ config(group='effects') }}
-- If this fails, part of the effect on sales is counted in both margins or in none, or
-- the total is not the effect that is published.
with

margins as (

    select
        design,
        estimand,
        split_id,
        max(estimate) filter (where margin = 'total') as total,
        sum(estimate) filter (where margin != 'total') as sum_of_margins,
        max(std_error) filter (where margin = 'total') as std_error
    from {{ ref('int_extensive_intensive_splits') }}
    group by design, estimand, split_id

)

select margins.*
from margins
left join {{ ref('int_effect_splits') }} as effect_splits
    on
        margins.design = effect_splits.design
        and margins.estimand = effect_splits.estimand
        and margins.split_id = effect_splits.split_id
        and effect_splits.outcome = 'purchase_amount'
        and effect_splits.estimator = 'AIPW'
where
    effect_splits.design is null
    or abs(margins.total - margins.sum_of_margins) > 1e-6
    or abs(margins.total - effect_splits.estimate) > 1e-6
    or abs(margins.std_error - effect_splits.std_error) > 1e-6
