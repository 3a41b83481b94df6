with

cate_calibration as (

    select * from {{ ref('fct_cate_calibration') }}

),

group_tests as (

    select * from {{ ref('int_joint_tests') }}
    where grouping = 'predicted_effect'

),

correlations as (

    select * from {{ ref('int_group_correlations') }}
    where grouping = 'predicted_effect'

),

-- The groups at both ends may share households, whose influences are correlated.
final as (

    select
        top_group.design,
        top_group.outcome,
        top_group.learner,
        group_tests.n_groups,
        group_tests.n_groups_compared,
        group_tests.n_groups_passed,
        group_tests.n_households,
        top_group.gate - bottom_group.gate as spread,
        sqrt(
            pow(top_group.std_error, 2) + pow(bottom_group.std_error, 2)
            - 2 * coalesce(correlations.correlation, 0)
            * top_group.std_error * bottom_group.std_error
        ) as std_error
    from cate_calibration as top_group
    inner join cate_calibration as bottom_group
        on
            top_group.design = bottom_group.design
            and top_group.outcome = bottom_group.outcome
            and top_group.learner = bottom_group.learner
            and top_group.cate_group = {{ var('calibration_groups') }}
            and bottom_group.cate_group = 1
    inner join group_tests
        on
            top_group.design = group_tests.design
            and top_group.outcome = group_tests.outcome
            and top_group.learner = group_tests.learner
    left join correlations
        on
            top_group.design = correlations.design
            and top_group.outcome = correlations.outcome
            and top_group.learner = correlations.learner
            and correlations.first_name = 'group ' || top_group.cate_group
            and correlations.second_name = 'group ' || bottom_group.cate_group

)

select * from final
order by design, outcome, learner
