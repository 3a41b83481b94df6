with

conditions as (

    select * from {{ ref('py_policy_trees') }}

),

covariates as (

    select * from {{ ref('int_covariates') }}

),

-- A covariate that is split twice on the way to a leaf is named once, with its tightest
-- bounds.
bounds as (

    select
        conditions.design,
        conditions.split_id,
        conditions.fold,
        conditions.policy,
        conditions.leaf_id,
        covariates.label,
        {{ tightest_bounds('conditions') }},
        max(conditions.is_target) as is_target,
        max(conditions.n_units) as n_units,
        max(conditions.mean_profit) as mean_profit
    from conditions
    left join covariates on conditions.covariate = covariates.covariate
    group by
        conditions.design,
        conditions.split_id,
        conditions.fold,
        conditions.policy,
        conditions.leaf_id,
        covariates.label

),

phrases as (

    select
        *,
        {{ bounds_in_words('label', 'lower_bound', 'upper_bound') }} as phrase
    from bounds

),

final as (

    select
        design,
        split_id,
        fold,
        policy,
        leaf_id,
        max(is_target) as is_target,
        max(n_units) as n_units,
        max(mean_profit) as mean_profit,
        max(label) filter (where position = 1) as root,
        coalesce(string_agg(phrase, ', ' order by position asc), 'all units') as rule
    from phrases
    group by design, split_id, fold, policy, leaf_id

)

select * from final
order by design, split_id, fold, policy, leaf_id
