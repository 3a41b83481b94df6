-- All learners predict the first split. The best one alone predicts the others.
with

propensities as (

    select *
    from {{ ref('py_propensity') }}
    where split_id = 1

),

outcome_means as (

    select *
    from {{ ref('py_outcome_means') }}
    where split_id = 1

),

unit_outcomes as (

    select * from {{ ref('int_unit_outcomes') }}

),

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

-- Log-loss of the probability predicted for the arm that the unit was in.
propensity_losses as (

    select
        propensities.design,
        'propensity' as target,
        propensities.learner,
        {{ exact_avg(
            '-ln(abs(1 - estimation_units.is_treated - propensities.propensity))'
        ) }} as loss
    from propensities
    inner join estimation_units
        on
            propensities.design = estimation_units.design
            and propensities.campaign_id = estimation_units.campaign_id
            and propensities.household_id = estimation_units.household_id
    group by propensities.design, propensities.learner

),

-- Squared error of the mean of the arm that the unit was in; the outcome of the other
-- arm is never observed.
outcome_losses as (

    select
        outcome_means.design,
        outcome_means.outcome as target,
        outcome_means.learner,
        {{ exact_avg(
            'pow(unit_outcomes.outcome_value - case unit_outcomes.is_treated '
            ~ 'when 1 then outcome_means.mu1 else outcome_means.mu0 end, 2)'
        ) }} as loss
    from outcome_means
    inner join unit_outcomes
        on
            outcome_means.design = unit_outcomes.design
            and outcome_means.outcome = unit_outcomes.outcome
            and outcome_means.campaign_id = unit_outcomes.campaign_id
            and outcome_means.household_id = unit_outcomes.household_id
    group by outcome_means.design, outcome_means.outcome, outcome_means.learner

),

all_losses as (

    select * from propensity_losses
    union all
    select * from outcome_losses

),

final as (

    select
        design,
        target,
        learner,
        round(loss, 9) as loss,
        row_number() over (
            partition by design, target order by round(loss, 9), learner
        ) = 1 as is_chosen
    from all_losses

)

select * from final
order by design, target, learner
