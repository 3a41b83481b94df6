with

effect_splits as (

    select * from {{ ref('int_effect_splits') }}
    union all by name
    select * from {{ ref('int_matching_splits') }}
    union all by name
    select * from {{ ref('int_holdout_splits') }}

),

centred_splits as (

    select
        *,
        median(estimate) over (
            partition by design, outcome, estimand, estimator
        ) as median_estimate
    from effect_splits

),

final as (

    select
        design,
        outcome,
        estimand,
        estimator,
        max(median_estimate) as estimate,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }} as std_error,
        max(n_treated) as n_treated,
        max(n_control) as n_control
    from centred_splits
    group by design, outcome, estimand, estimator

)

select * from final
order by design, outcome, estimand, estimator
