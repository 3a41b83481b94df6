with

group_households as (

    select * from {{ ref('int_group_households') }}

),

-- A pair of groups with itself has the squares.
products as (

    select
        first_group.design,
        first_group.outcome,
        first_group.learner,
        first_group.grouping,
        first_group.estimand,
        first_group.split_id,
        first_group.group_name as first_name,
        second_group.group_name as second_name,
        {{ exact_sum('first_group.influence * second_group.influence') }} as product
    from group_households as first_group
    inner join group_households as second_group
        on
            first_group.design = second_group.design
            and first_group.outcome = second_group.outcome
            and first_group.learner = second_group.learner
            and first_group.grouping = second_group.grouping
            and first_group.estimand = second_group.estimand
            and first_group.split_id = second_group.split_id
            and first_group.household_id = second_group.household_id
    group by
        first_group.design,
        first_group.outcome,
        first_group.learner,
        first_group.grouping,
        first_group.estimand,
        first_group.split_id,
        first_group.group_name,
        second_group.group_name

),

group_squares as (

    select
        *,
        max(case when first_name = second_name then product end) over (
            partition by
                design, outcome, learner, grouping, estimand, split_id, first_name
        ) as first_square,
        max(case when first_name = second_name then product end) over (
            partition by
                design, outcome, learner, grouping, estimand, split_id, second_name
        ) as second_square,
        count(case when first_name = second_name then split_id end) over (
            partition by design, outcome, learner, grouping, estimand, first_name
        ) as n_splits
    from products

),

split_correlations as (

    select
        *,
        product / nullif(sqrt(first_square) * sqrt(second_square), 0) as correlation
    from group_squares
    where first_name != second_name

),

-- A mean of correlation matrices is one, too; a median of each cell need not be. A
-- split in which a pair shares no household counts as 0.
final as (

    select
        design,
        outcome,
        learner,
        grouping,
        estimand,
        first_name,
        second_name,
        round({{ exact_sum('correlation') }} / max(n_splits), 12) as correlation
    from split_correlations
    group by design, outcome, learner, grouping, estimand, first_name, second_name

)

select * from final
order by design, outcome, learner, grouping, estimand, first_name, second_name
