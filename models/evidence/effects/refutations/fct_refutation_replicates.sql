with

refutations as (

    select * from {{ ref('py_refutations') }}

),

placebo_bootstraps as (

    select * from {{ ref('int_placebo_bootstraps') }}

),

placebo_estimates as (

    select * from {{ ref('int_placebo_estimates') }}

),

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where estimator = 'AIPW'

),

placebo_replicates as (

    select
        placebo_estimates.placebo_of as design,
        placebo_estimates.outcome,
        placebo_estimates.estimand,
        placebo_estimates.refuter,
        placebo_bootstraps.replicate_id,
        placebo_bootstraps.estimate,
        cast(null as double) as std_error
    from placebo_estimates
    inner join placebo_bootstraps
        on
            placebo_estimates.design = placebo_bootstraps.design
            and placebo_estimates.outcome = placebo_bootstraps.outcome
            and placebo_estimates.estimand = placebo_bootstraps.estimand

),

-- The published effect of the real campaign, with which the placebo is compared.
checked_estimates as (

    select
        effect_estimates.design,
        effect_estimates.outcome,
        effect_estimates.estimand,
        placebo_estimates.refuter,
        0 as replicate_id,
        effect_estimates.estimate,
        effect_estimates.std_error
    from effect_estimates
    inner join placebo_estimates
        on
            effect_estimates.design = placebo_estimates.placebo_of
            and effect_estimates.outcome = placebo_estimates.outcome
            and effect_estimates.estimand = placebo_estimates.estimand

),

replicates as (

    select * from refutations
    union all by name
    select * from placebo_replicates
    union all by name
    select * from checked_estimates

),

final as (

    select
        design,
        outcome,
        estimand,
        refuter,
        cast(replicate_id as integer) as replicate_id,
        estimate,
        std_error
    from replicates

)

select * from final
order by design, outcome, estimand, refuter, replicate_id
