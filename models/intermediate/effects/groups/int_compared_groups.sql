with

group_effects as (

    select * from {{ ref('fct_group_effects') }}

),

cate_calibration as (

    select * from {{ ref('fct_cate_calibration') }}

),

-- Groups of units count only if they pass their gate. Groups of predicted effects are
-- all compared, as in the other tests of a learner.
groups as (

    select
        design,
        outcome,
        'none' as learner,
        grouping,
        group_name,
        estimand,
        estimate,
        std_error,
        gate_status = 'passed' as is_passed,
        coalesce(gate_status = 'passed' and std_error > 0, false) as is_compared
    from group_effects
    union all
    select
        design,
        outcome,
        learner,
        'predicted_effect' as grouping,
        'group ' || cate_group as group_name,
        'ATE' as estimand,
        gate as estimate,
        std_error,
        gate_status = 'passed' as is_passed,
        coalesce(std_error > 0, false) as is_compared
    from cate_calibration

),

-- Errors are relative to the smallest of the test, so that no result depends on the
-- unit of the outcome.
positioned_groups as (

    select
        *,
        case
            when is_compared
                then row_number() over (tests order by not is_compared, group_name)
        end as position,
        min(case when is_compared then std_error end) over tests as smallest_error,
        count(case when is_compared then 1 end) over tests as n_compared,
        dense_rank() over (
            order by design, outcome, learner, grouping, estimand
        ) as test_id
    from groups
    window tests as (partition by design, outcome, learner, grouping, estimand)

),

final as (

    select
        test_id,
        design,
        outcome,
        learner,
        grouping,
        group_name,
        estimand,
        estimate,
        std_error,
        is_passed,
        n_compared,
        smallest_error,
        position
    from positioned_groups

)

select * from final
order by design, outcome, learner, grouping, estimand, group_name
