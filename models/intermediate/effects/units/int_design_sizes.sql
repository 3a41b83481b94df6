with

unit_covariates as (

    select * from {{ ref('int_unit_covariates') }}

),

folds as (

    select * from {{ ref('int_folds') }}

),

designs as (

    select * from {{ ref('int_designs') }}

),

arm_sizes as (

    select
        design,
        is_treated,
        count(distinct household_id) as n_households
    from unit_covariates
    group by design, is_treated

),

fold_sizes as (

    select
        unit_covariates.design,
        unit_covariates.is_treated,
        folds.split_id,
        folds.fold,
        count(distinct unit_covariates.household_id) as n_households
    from unit_covariates
    inner join folds on unit_covariates.household_id = folds.household_id
    group by
        unit_covariates.design,
        unit_covariates.is_treated,
        folds.split_id,
        folds.fold

),

-- The largest fold leaves the fewest households to learn from.
largest_folds as (

    select
        design,
        is_treated,
        max(n_households) as n_households
    from fold_sizes
    group by design, is_treated

),

design_sizes as (

    select
        arm_sizes.design,
        coalesce(
            max(arm_sizes.n_households) filter (where arm_sizes.is_treated = 1), 0
        ) as n_treated_households,
        coalesce(
            max(arm_sizes.n_households) filter (where arm_sizes.is_treated = 0), 0
        ) as n_control_households,
        count(*) as n_arms,
        min(arm_sizes.n_households - largest_folds.n_households) as n_to_learn_from
    from arm_sizes
    inner join largest_folds
        on
            arm_sizes.design = largest_folds.design
            and arm_sizes.is_treated = largest_folds.is_treated
    group by arm_sizes.design

),

final as (

    select
        designs.design,
        designs.role,
        designs.control_rule,
        coalesce(design_sizes.n_treated_households, 0) as n_treated_households,
        coalesce(design_sizes.n_control_households, 0) as n_control_households,
        coalesce(
            -- Arms that were drawn are compared without any fit.
            designs.control_rule != 'held out'
            and design_sizes.n_arms = 2
            and design_sizes.n_to_learn_from >= {{ var('min_arm_households') }},
            false
        ) as is_estimable
    from designs
    left join design_sizes on designs.design = design_sizes.design

)

select * from final
order by design
