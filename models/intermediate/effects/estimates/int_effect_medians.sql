with

effect_splits as (

    select * from {{ ref('int_effect_splits') }}
    union all by name
    select * from {{ ref('int_matching_splits') }}

),

median_estimates as (

    select
        design,
        outcome,
        estimand,
        estimator,
        median(estimate) as estimate,
        max(n_treated) as n_treated,
        max(n_control) as n_control
    from effect_splits
    group by design, outcome, estimand, estimator

),

final as (

    select
        median_estimates.design,
        median_estimates.outcome,
        median_estimates.estimand,
        median_estimates.estimator,
        max(median_estimates.estimate) as estimate,
        {{ median_std_error(
            'effect_splits.estimate',
            'effect_splits.std_error',
            'median_estimates.estimate'
        ) }} as std_error,
        max(median_estimates.n_treated) as n_treated,
        max(median_estimates.n_control) as n_control
    from median_estimates
    inner join effect_splits
        on
            median_estimates.design = effect_splits.design
            and median_estimates.outcome = effect_splits.outcome
            and median_estimates.estimand = effect_splits.estimand
            and median_estimates.estimator = effect_splits.estimator
    group by
        median_estimates.design,
        median_estimates.outcome,
        median_estimates.estimand,
        median_estimates.estimator

)

select * from final
order by design, outcome, estimand, estimator
