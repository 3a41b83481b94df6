with

influences as (

    select *
    from {{ ref('int_effect_influences') }}
    where estimator = 'AIPW'

),

variant_weights as (

    select * from {{ ref('int_variant_weights') }}

),

-- What a household adds to the error of an estimate: its influence, over all units.
household_errors as (

    select
        design,
        outcome,
        estimand,
        split_id,
        household_id,
        {{ exact_sum('influence') }}
        / sum(count(*)) over (partition by design, outcome, estimand, split_id) as error
    from influences
    group by design, outcome, estimand, split_id, household_id

),

-- Both designs have most households in common, and so most of their errors. What only
-- one of them has adds nothing to the other.
household_changes as (

    select
        variant_weights.variant,
        variant_weights.outcome,
        variant_weights.estimand,
        household_errors.split_id,
        household_errors.household_id,
        {{ exact_sum('variant_weights.weight * household_errors.error') }} as error
    from variant_weights
    inner join household_errors
        on
            variant_weights.design = household_errors.design
            and variant_weights.outcome = household_errors.outcome
            and variant_weights.estimand = household_errors.estimand
    group by
        variant_weights.variant,
        variant_weights.outcome,
        variant_weights.estimand,
        household_errors.split_id,
        household_errors.household_id

),

-- Clustered by household as in macro clustered_std_error.
final as (

    select
        variant,
        outcome,
        estimand,
        split_id,
        sqrt(
            {{ exact_sum('error * error') }} * count(*) / nullif(count(*) - 1.0, 0)
        ) as std_error
    from household_changes
    group by variant, outcome, estimand, split_id

)

select * from final
order by variant, outcome, estimand, split_id
