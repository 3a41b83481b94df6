with

influences as (

    select * from {{ ref('int_effect_influences') }}
    union all by name
    select * from {{ ref('int_weighting_influences') }}
    union all by name
    select * from {{ ref('int_regression_influences') }}
    union all by name
    select * from {{ ref('int_tmle_influences') }}

),

household_influences as (

    select
        design,
        outcome,
        estimand,
        estimator,
        split_id,
        household_id,
        max(estimate) as estimate,
        {{ exact_sum('influence') }} as influence,
        count(*) as n_units,
        sum(is_treated) as n_treated
    from influences
    group by design, outcome, estimand, estimator, split_id, household_id

),

final as (

    select
        design,
        outcome,
        estimand,
        estimator,
        split_id,
        max(estimate) as estimate,
        {{ clustered_std_error('influence', 'n_units') }} as std_error,
        sum(n_treated) as n_treated,
        sum(n_units) - sum(n_treated) as n_control
    from household_influences
    group by design, outcome, estimand, estimator, split_id

)

select * from final
order by design, outcome, estimand, estimator, split_id
