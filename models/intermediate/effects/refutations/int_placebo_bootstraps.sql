{%- set n_replicates = edition_value('bootstrap_replicates', 'refutation_profile') -%}

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
-- average 0 only nearly.
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

household_influences as (

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

),

households as (

    select distinct household_id from household_influences

),

replicates as (

    select unnest(generate_series(1, {{ n_replicates }})) as replicate_id

),

draws as (

    select
        replicates.replicate_id,
        households.household_id,
        {{ salted_bucket(
            'households.household_id',
            "'" ~ var('fold_salt') ~ "_bootstrap_' || replicates.replicate_id",
            1000000
        ) }} / 1e6 as draw
    from replicates
    cross join households

),

-- How often a household is drawn when as many are drawn as there are, with replacement:
-- nearly a Poisson number of mean 1, here by its cumulative probabilities.
drawn_households as (

    select
        replicate_id,
        household_id,
        case
            when draw < 0.735759 then 1
            when draw < 0.919699 then 2
            when draw < 0.981012 then 3
            when draw < 0.996340 then 4
            when draw < 0.999406 then 5
            else 6
        end as weight
    from draws
    where draw >= 0.367879

),

-- The scores' nuisances are not refitted: an estimate moves by its mean influence.
split_replicates as (

    select
        household_influences.design,
        household_influences.outcome,
        household_influences.estimand,
        household_influences.split_id,
        drawn_households.replicate_id,
        max(household_influences.estimate)
        + {{ exact_sum('drawn_households.weight * household_influences.influence') }}
        / sum(drawn_households.weight * household_influences.n_units) as estimate
    from household_influences
    inner join drawn_households
        on household_influences.household_id = drawn_households.household_id
    group by
        household_influences.design,
        household_influences.outcome,
        household_influences.estimand,
        household_influences.split_id,
        drawn_households.replicate_id

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
