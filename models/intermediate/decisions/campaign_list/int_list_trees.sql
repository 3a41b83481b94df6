with

-- Trees of fold 0 learnt from all units. Any split would do.
conditions as (

    select *
    from {{ ref('py_policy_trees') }}
    where
        design = '{{ var("primary_design") }}'
        and fold = 0
        and split_id = 1

),

latest_covariates as (

    select * from {{ ref('int_latest_covariates') }}

),

covariate_rows as (

    select * from {{ ref('int_latest_covariate_rows') }}

),

policies as (

    select * from {{ ref('int_list_policy') }}

),

-- A tree that splits nothing has one leaf without a condition.
checked_conditions as (

    select
        latest_covariates.household_id,
        conditions.leaf_id,
        conditions.is_target,
        {{ is_condition_met(
            'conditions.operator',
            'conditions.threshold',
            'covariate_rows.covariate_value',
        ) }} as is_met
    from latest_covariates
    cross join conditions
    inner join policies on conditions.policy = policies.policy
    left join covariate_rows
        on
            latest_covariates.household_id = covariate_rows.household_id
            and conditions.covariate = covariate_rows.covariate

),

final as (

    select
        household_id,
        leaf_id,
        is_target
    from checked_conditions
    group by household_id, leaf_id, is_target
    having bool_and(coalesce(is_met, false))

)

select * from final
order by household_id
