with

effect_splits as (

    select *
    from {{ ref('int_effect_splits') }}
    where estimand in ('ATE', 'ATO') and estimator = 'AIPW'

),

designs as (

    select *
    from {{ ref('designs') }}
    where role != 'main'

),

medians as (

    select
        effect_splits.design,
        effect_splits.outcome,
        effect_splits.estimand,
        effect_splits.estimator,
        designs.role,
        designs.variant_of,
        designs.difference,
        median(effect_splits.estimate) as estimate
    from effect_splits
    inner join designs on effect_splits.design = designs.design
    group by
        effect_splits.design,
        effect_splits.outcome,
        effect_splits.estimand,
        effect_splits.estimator,
        designs.role,
        designs.variant_of,
        designs.difference

),

final as (

    select
        medians.design,
        medians.role,
        medians.variant_of,
        medians.difference,
        medians.outcome,
        medians.estimand,
        medians.estimator,
        max(medians.estimate) as estimate,
        {{ median_std_error(
            'effect_splits.estimate', 'effect_splits.std_error', 'medians.estimate'
        ) }} as std_error,
        max(effect_splits.n_treated) as n_treated,
        max(effect_splits.n_control) as n_control
    from medians
    inner join effect_splits
        on
            medians.design = effect_splits.design
            and medians.outcome = effect_splits.outcome
            and medians.estimand = effect_splits.estimand
            and medians.estimator = effect_splits.estimator
    group by
        medians.design,
        medians.role,
        medians.variant_of,
        medians.difference,
        medians.outcome,
        medians.estimand,
        medians.estimator

)

select * from final
order by design, outcome, estimand, estimator
