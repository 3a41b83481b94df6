with

conditions as (

    select * from {{ ref('py_policy_trees') }}

),

dr_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where outcome = 'purchase_amount'

),

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

-- The tree of a household did not learn from its fold. A tree that splits nothing has
-- one leaf without a condition.
checked_conditions as (

    select
        dr_scores.design,
        dr_scores.split_id,
        dr_scores.campaign_id,
        dr_scores.household_id,
        conditions.policy,
        conditions.leaf_id,
        conditions.is_target,
        {{ is_condition_met(
            'conditions.operator',
            'conditions.threshold',
            'covariate_rows.covariate_value',
        ) }} as is_met
    from dr_scores
    inner join conditions
        on
            dr_scores.design = conditions.design
            and dr_scores.split_id = conditions.split_id
            and dr_scores.fold = conditions.fold
    left join covariate_rows
        on
            dr_scores.design = covariate_rows.design
            and dr_scores.campaign_id = covariate_rows.campaign_id
            and dr_scores.household_id = covariate_rows.household_id
            and conditions.covariate = covariate_rows.covariate

),

final as (

    select
        design,
        split_id,
        campaign_id,
        household_id,
        policy,
        leaf_id,
        is_target
    from checked_conditions
    group by
        design, split_id, campaign_id, household_id, policy, leaf_id, is_target
    having bool_and(coalesce(is_met, false))

)

select * from final
order by design, split_id, policy, campaign_id, household_id
