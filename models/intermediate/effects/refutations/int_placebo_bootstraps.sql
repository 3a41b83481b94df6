with

placebo_influences as (

    select * from {{ ref('int_placebo_influences') }}

),

bootstrap_weights as (

    select * from {{ ref('int_bootstrap_weights') }}

),

-- The nuisances of the scores are not refitted: an estimate moves by the mean influence
-- of the households that were drawn.
split_replicates as (

    select
        placebo_influences.design,
        placebo_influences.outcome,
        placebo_influences.estimand,
        placebo_influences.split_id,
        bootstrap_weights.replicate_id,
        max(placebo_influences.estimate)
        + {{ exact_sum('bootstrap_weights.weight * placebo_influences.influence') }}
        / sum(bootstrap_weights.weight * placebo_influences.n_units) as estimate
    from placebo_influences
    inner join bootstrap_weights
        on placebo_influences.household_id = bootstrap_weights.household_id
    group by
        placebo_influences.design,
        placebo_influences.outcome,
        placebo_influences.estimand,
        placebo_influences.split_id,
        bootstrap_weights.replicate_id

),

final as (

    select
        design,
        outcome,
        estimand,
        replicate_id,
        median(estimate) as estimate
    from split_replicates
    group by design, outcome, estimand, replicate_id

)

select * from final
order by design, outcome, estimand, replicate_id
