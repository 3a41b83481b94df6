with

propensities as (

    select * from {{ ref('py_propensity') }}

),

outcome_means as (

    select * from {{ ref('py_outcome_means') }}

),

unit_outcomes as (

    select *
    from {{ ref('int_unit_outcomes') }}
    where is_main_design

),

estimation_units as (

    select *
    from {{ ref('int_estimation_units') }}
    where is_main_design

),

treatment_predictions as (

    select
        propensities.design,
        'propensity' as target,
        propensities.learner,
        propensities.split_id,
        propensities.campaign_id,
        propensities.household_id,
        estimation_units.is_treated,
        propensities.propensity as predicted,
        cast(estimation_units.is_treated as double) as observed
    from propensities
    inner join estimation_units
        on
            propensities.design = estimation_units.design
            and propensities.campaign_id = estimation_units.campaign_id
            and propensities.household_id = estimation_units.household_id

),

-- The prediction is the mean of the arm that the unit was in; the outcome of the other
-- arm is never observed.
outcome_predictions as (

    select
        outcome_means.design,
        outcome_means.outcome as target,
        outcome_means.learner,
        outcome_means.split_id,
        outcome_means.campaign_id,
        outcome_means.household_id,
        unit_outcomes.is_treated,
        case unit_outcomes.is_treated
            when 1 then outcome_means.mu1
            else outcome_means.mu0
        end as predicted,
        unit_outcomes.outcome_value as observed
    from outcome_means
    inner join unit_outcomes
        on
            outcome_means.design = unit_outcomes.design
            and outcome_means.outcome = unit_outcomes.outcome
            and outcome_means.campaign_id = unit_outcomes.campaign_id
            and outcome_means.household_id = unit_outcomes.household_id

),

predictions as (

    select * from treatment_predictions
    union all
    select * from outcome_predictions

),

final as (

    select
        *,
        ntile(10) over (
            partition by design, target, learner, split_id
            order by predicted, household_id, campaign_id
        ) as decile
    from predictions

)

select * from final
order by design, target, learner, split_id, campaign_id, household_id
