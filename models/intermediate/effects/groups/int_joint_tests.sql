with recursive

compared_groups as (

    select * from {{ ref('int_compared_groups') }}

),

group_households as (

    select * from {{ ref('int_group_households') }}

),

-- Gaussian elimination: each step takes the next pivot on the diagonal. A pivot near 0
-- belongs to groups of the same households, for which there is no test.
eliminated_cells as (

    select
        *,
        cast(1 as bigint) as step
    from {{ ref('int_joint_test_cells') }}
    union all
    select
        eliminated.* exclude (cell, step),
        eliminated.cell
        - pivot_rows.cell * pivot_columns.cell
        / case when abs(pivots.cell) > 1e-9 then pivots.cell end as cell,
        eliminated.step + 1 as step
    from eliminated_cells as eliminated
    inner join eliminated_cells as pivots using (test_id)
    inner join eliminated_cells as pivot_rows using (test_id)
    inner join eliminated_cells as pivot_columns using (test_id)
    where
        eliminated.first_position > eliminated.step
        and eliminated.second_position > eliminated.step
        and pivots.first_position = eliminated.step
        and pivots.second_position = eliminated.step
        and pivot_rows.first_position = eliminated.step
        and pivot_rows.second_position = eliminated.second_position
        and pivot_columns.first_position = eliminated.first_position
        and pivot_columns.second_position = eliminated.step

),

-- What is left of the corner after all groups and the first border is minus the squared
-- distance of the effects from their weighted mean, x' V^-1 x (Wald 1943).
solutions as (

    select
        test_id,
        max(-cell) filter (where step = n_compared + 2) as distance,
        max(cell) filter (
            where step = n_compared + 1 and first_position < second_position
        )
        / max(cell) filter (
            where
            step = n_compared + 1
            and second_position = n_compared + 1
            and first_position = second_position
        ) as relative_mean
    from eliminated_cells
    group by test_id

),

group_counts as (

    select
        compared_groups.test_id,
        compared_groups.design,
        compared_groups.outcome,
        compared_groups.learner,
        compared_groups.grouping,
        compared_groups.estimand,
        count(distinct compared_groups.group_name) as n_groups,
        max(compared_groups.n_compared) as n_groups_compared,
        count(distinct compared_groups.group_name) filter (
            where compared_groups.is_passed
        ) as n_groups_passed,
        max(compared_groups.smallest_error) as smallest_error,
        count(distinct group_households.household_id) filter (
            where compared_groups.position is not null
        ) as n_households
    from compared_groups
    left join group_households
        using (design, outcome, learner, grouping, estimand, group_name)
    group by all

),

final as (

    select
        group_counts.design,
        group_counts.outcome,
        group_counts.learner,
        group_counts.grouping,
        group_counts.estimand,
        group_counts.n_groups,
        group_counts.n_groups_compared,
        group_counts.n_groups_passed,
        group_counts.n_households,
        round(solutions.relative_mean * group_counts.smallest_error, 9)
            as pooled_estimate,
        case
            when group_counts.n_groups_compared > 1 then round(solutions.distance, 9)
        end as statistic,
        case when statistic is not null then group_counts.n_groups_compared - 1 end
            as degrees_of_freedom,
        {{ chi_square_p_value('statistic', 'degrees_of_freedom') }} as p_value
    from group_counts
    left join solutions using (test_id)

)

select * from final
order by design, outcome, learner, grouping, estimand
