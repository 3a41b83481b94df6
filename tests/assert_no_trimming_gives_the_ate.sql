{{ config(group='effects') }}
-- If this fails, the trimming table and the effects table estimate the ATE of all units
-- in two ways, and differences between trims are not due to the trim.
with

trimmed_estimates as (

    select * from {{ ref('fct_trimming') }}
    where rule = 'none' and estimate is not null

),

effect_estimates as (

    select * from {{ ref('int_effect_medians') }}
    where estimand = 'ATE' and estimator = 'AIPW'

)

select
    trimmed_estimates.design,
    trimmed_estimates.outcome,
    trimmed_estimates.estimate,
    trimmed_estimates.std_error,
    effect_estimates.estimate as estimate_of_all,
    effect_estimates.std_error as std_error_of_all
from trimmed_estimates
left join effect_estimates
    on
        trimmed_estimates.design = effect_estimates.design
        and trimmed_estimates.outcome = effect_estimates.outcome
where
    effect_estimates.estimate is null
    or abs(trimmed_estimates.estimate - effect_estimates.estimate) > 1e-9
    or abs(trimmed_estimates.std_error - effect_estimates.std_error) > 1e-9
