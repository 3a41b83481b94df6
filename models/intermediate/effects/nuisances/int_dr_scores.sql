with

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

outcome_means as (

    select * from {{ ref('py_outcome_means') }}

),

learner_losses as (

    select * from {{ ref('int_learner_losses') }}

),

unit_outcomes as (

    select * from {{ ref('int_unit_outcomes') }}

),

nuisances as (

    select
        unit_outcomes.design,
        unit_outcomes.outcome,
        unit_outcomes.campaign_id,
        unit_outcomes.household_id,
        unit_propensities.split_id,
        unit_propensities.fold,
        unit_outcomes.is_main_design,
        unit_outcomes.is_treated,
        unit_outcomes.outcome_value,
        unit_propensities.propensity,
        outcome_means.mu0,
        outcome_means.mu1
    from unit_outcomes
    inner join unit_propensities
        on
            unit_outcomes.design = unit_propensities.design
            and unit_outcomes.campaign_id = unit_propensities.campaign_id
            and unit_outcomes.household_id = unit_propensities.household_id
    inner join learner_losses
        on
            unit_outcomes.design = learner_losses.design
            and unit_outcomes.outcome = learner_losses.target
            and learner_losses.is_chosen
    inner join outcome_means
        on
            unit_outcomes.design = outcome_means.design
            and unit_outcomes.outcome = outcome_means.outcome
            and unit_outcomes.campaign_id = outcome_means.campaign_id
            and unit_outcomes.household_id = outcome_means.household_id
            and unit_propensities.split_id = outcome_means.split_id
            and learner_losses.learner = outcome_means.learner

),

-- dr_score: Robins, Rotnitzky and Zhao (1994). Its mean is the effect on all units.
-- att_score: the same for the treated, with weights of 1 for the treated and
-- e / (1 - e) for the controls. Its sum over the number of treated is the effect on the
-- treated.
final as (

    select
        design,
        outcome,
        campaign_id,
        household_id,
        split_id,
        fold,
        is_main_design,
        is_treated,
        outcome_value,
        propensity,
        mu0,
        mu1,
        mu1 - mu0
        + is_treated * (outcome_value - mu1) / propensity
        - (1 - is_treated) * (outcome_value - mu0) / (1 - propensity) as dr_score,
        is_treated * (outcome_value - mu0)
        - (1 - is_treated)
        * propensity / (1 - propensity) * (outcome_value - mu0) as att_score
    from nuisances

)

select * from final
order by design, outcome, split_id, campaign_id, household_id
