with

group_influences as (

    select * from {{ ref('int_group_influences') }}
    where influence is not null

),

cate_group_units as (

    select * from {{ ref('int_cate_group_units') }}

),

unit_influences as (

    select
        design,
        outcome,
        'none' as learner,
        grouping,
        group_name,
        estimand,
        split_id,
        household_id,
        influence
    from group_influences
    union all
    select
        design,
        outcome,
        learner,
        'predicted_effect' as grouping,
        'group ' || cate_group as group_name,
        'ATE' as estimand,
        split_id,
        household_id,
        influence
    from cate_group_units

),

final as (

    select
        design,
        outcome,
        learner,
        grouping,
        group_name,
        estimand,
        split_id,
        household_id,
        {{ exact_sum('influence') }} as influence
    from unit_influences
    group by
        design,
        outcome,
        learner,
        grouping,
        group_name,
        estimand,
        split_id,
        household_id

)

select * from final
order by
    design, outcome, learner, grouping, group_name, estimand, split_id, household_id
