with

effect_medians as (

    select *
    from {{ ref('int_effect_medians') }}
    where estimand in ('ATE', 'ATO') and estimator = 'AIPW'

),

designs as (

    select *
    from {{ ref('int_designs') }}
    where role != 'main'

),

final as (

    select
        effect_medians.design,
        designs.role,
        designs.variant_of,
        designs.difference,
        effect_medians.outcome,
        effect_medians.estimand,
        effect_medians.estimator,
        effect_medians.estimate,
        effect_medians.std_error,
        effect_medians.n_treated,
        effect_medians.n_control
    from effect_medians
    inner join designs on effect_medians.design = designs.design

)

select * from final
order by design, outcome, estimand, estimator
