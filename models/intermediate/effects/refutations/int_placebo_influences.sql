with

influences as (

    select *
    from {{ ref('int_effect_influences') }}
    where estimator = 'AIPW'

),

placebo_estimates as (

    select * from {{ ref('int_placebo_estimates') }}

),

-- Centred, so that the bootstraps lie around the estimate: the influences of the ATO
-- average only nearly 0.
centred_influences as (

    select
        influences.design,
        influences.outcome,
        influences.estimand,
        influences.split_id,
        influences.household_id,
        influences.estimate,
        influences.influence
        - avg(cast(influences.influence as decimal(38, 12))) over (
            partition by
                influences.design,
                influences.outcome,
                influences.estimand,
                influences.split_id
        ) as influence
    from influences
    inner join placebo_estimates
        on
            influences.design = placebo_estimates.design
            and influences.outcome = placebo_estimates.outcome
            and influences.estimand = placebo_estimates.estimand

),

final as (

    select
        design,
        outcome,
        estimand,
        split_id,
        household_id,
        max(estimate) as estimate,
        {{ exact_sum('influence') }} as influence,
        count(*) as n_units
    from centred_influences
    group by design, outcome, estimand, split_id, household_id

)

select * from final
order by design, outcome, estimand, split_id, household_id
