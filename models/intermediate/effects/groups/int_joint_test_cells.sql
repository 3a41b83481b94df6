with

compared_groups as (

    select * from {{ ref('int_compared_groups') }}
    where position is not null

),

correlations as (

    select * from {{ ref('int_group_correlations') }}

),

correlation_cells as (

    select
        test_id,
        first_group.n_compared,
        first_group.position as first_position,
        second_group.position as second_position,
        case
            when first_group.position = second_group.position then 1.0
            else coalesce(correlations.correlation, 0.0)
        end as cell
    from compared_groups as first_group
    inner join compared_groups as second_group using (test_id)
    left join correlations
        on
            first_group.design = correlations.design
            and first_group.outcome = correlations.outcome
            and first_group.learner = correlations.learner
            and first_group.grouping = correlations.grouping
            and first_group.estimand = correlations.estimand
            and first_group.group_name = correlations.first_name
            and second_group.group_name = correlations.second_name

),

-- The first border has the precisions of the groups, the second one their effects.
border_cells as (

    select
        compared_groups.*,
        borders.number as border_number,
        case
            when borders.number = 1
                then compared_groups.smallest_error / compared_groups.std_error
            else compared_groups.estimate / compared_groups.std_error
        end as cell
    from compared_groups
    cross join (values (1), (2)) as borders (number)

),

corner_cells as (

    select
        first_border.*,
        second_border.border_number as second_number
    from border_cells as first_border
    inner join border_cells as second_border
        using (test_id, position)
    where first_border.position = 1

),

final as (

    select * from correlation_cells
    union all by name
    select
        test_id,
        n_compared,
        position as first_position,
        n_compared + border_number as second_position,
        cell
    from border_cells
    union all by name
    select
        test_id,
        n_compared,
        n_compared + border_number as first_position,
        position as second_position,
        cell
    from border_cells
    union all by name
    select
        test_id,
        n_compared,
        n_compared + border_number as first_position,
        n_compared + second_number as second_position,
        0.0 as cell
    from corner_cells

)

select * from final
order by test_id, first_position, second_position
