with

group_splits as (

    select * from {{ ref('int_group_splits') }}

),

medians as (

    select
        design,
        outcome,
        grouping,
        group_name,
        estimand,
        median(estimate) as estimate
    from group_splits
    group by design, outcome, grouping, group_name, estimand

),

estimates as (

    select
        medians.design,
        medians.outcome,
        medians.grouping,
        medians.group_name,
        medians.estimand,
        max(medians.estimate) as estimate,
        {{ median_std_error(
            'group_splits.estimate', 'group_splits.std_error', 'medians.estimate'
        ) }} as std_error
    from medians
    inner join group_splits
        on
            medians.design = group_splits.design
            and medians.outcome = group_splits.outcome
            and medians.grouping = group_splits.grouping
            and medians.group_name = group_splits.group_name
            and medians.estimand = group_splits.estimand
    group by
        medians.design,
        medians.outcome,
        medians.grouping,
        medians.group_name,
        medians.estimand

),

final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        estimand,
        estimate,
        std_error,
        case
            when std_error > 0 then {{ two_sided_p_value('(estimate / std_error)') }}
        end as p_value
    from estimates

)

select * from final
order by design, outcome, grouping, group_name, estimand
