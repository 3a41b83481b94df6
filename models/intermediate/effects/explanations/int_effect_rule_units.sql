with

surrogate_units as (

    select * from {{ ref('int_surrogate_units') }}

),

conditions as (

    select * from {{ ref('py_effect_surrogate_tree') }}

),

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

-- A tree without a split has one leaf for all units and no condition.
checked_conditions as (

    select
        surrogate_units.design,
        surrogate_units.outcome,
        surrogate_units.campaign_id,
        surrogate_units.household_id,
        surrogate_units.predicted_effect,
        conditions.leaf_id,
        conditions.leaf_effect,
        {{ is_condition_met(
            'conditions.operator',
            'conditions.threshold',
            'covariate_rows.covariate_value',
        ) }} as is_met
    from surrogate_units
    inner join conditions
        on
            surrogate_units.design = conditions.design
            and surrogate_units.outcome = conditions.outcome
    left join covariate_rows
        on
            surrogate_units.design = covariate_rows.design
            and surrogate_units.campaign_id = covariate_rows.campaign_id
            and surrogate_units.household_id = covariate_rows.household_id
            and conditions.covariate = covariate_rows.covariate

),

final as (

    select
        design,
        outcome,
        campaign_id,
        household_id,
        leaf_id,
        leaf_effect,
        max(predicted_effect) as predicted_effect
    from checked_conditions
    group by design, outcome, campaign_id, household_id, leaf_id, leaf_effect
    having bool_and(coalesce(is_met, false))

)

select * from final
order by design, outcome, campaign_id, household_id
