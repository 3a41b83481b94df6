with

propensities as (

    select * from {{ ref('py_propensity') }}

),

learner_losses as (

    select * from {{ ref('int_learner_losses') }}

),

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

final as (

    select
        propensities.design,
        propensities.campaign_id,
        propensities.household_id,
        propensities.split_id,
        propensities.fold,
        estimation_units.is_main_design,
        propensities.learner,
        estimation_units.is_treated,
        propensities.propensity as raw_propensity,
        -- Without a bound, one unlikely unit could outweigh all others.
        least(
            1 - {{ var('propensity_clip') }},
            greatest({{ var('propensity_clip') }}, propensities.propensity)
        ) as propensity
    from propensities
    inner join learner_losses
        on
            propensities.design = learner_losses.design
            and propensities.learner = learner_losses.learner
            and learner_losses.target = 'propensity'
            and learner_losses.is_chosen
    inner join estimation_units
        on
            propensities.design = estimation_units.design
            and propensities.campaign_id = estimation_units.campaign_id
            and propensities.household_id = estimation_units.household_id

)

select * from final
order by design, split_id, campaign_id, household_id
