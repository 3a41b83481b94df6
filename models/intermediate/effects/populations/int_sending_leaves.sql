with

sending_units as (

    select
        design,
        campaign_id,
        household_id,
        is_treated,
        is_fit_unit
    from {{ ref('int_sending_units') }}

),

conditions as (

    select * from {{ ref('py_sending_tree') }}

),

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

-- A tree without a split has one leaf for all units and no condition.
checked_conditions as (

    select
        sending_units.*,
        conditions.leaf_id,
        {{ is_condition_met(
            'conditions.operator',
            'conditions.threshold',
            'covariate_rows.covariate_value',
        ) }} as is_met
    from sending_units
    inner join conditions on sending_units.design = conditions.design
    left join covariate_rows
        on
            sending_units.design = covariate_rows.design
            and sending_units.campaign_id = covariate_rows.campaign_id
            and sending_units.household_id = covariate_rows.household_id
            and conditions.covariate = covariate_rows.covariate

),

final as (

    select
        design,
        campaign_id,
        household_id,
        leaf_id,
        is_treated,
        is_fit_unit
    from checked_conditions
    group by design, campaign_id, household_id, leaf_id, is_treated, is_fit_unit
    having bool_and(coalesce(is_met, false))

)

select * from final
order by design, campaign_id, household_id
