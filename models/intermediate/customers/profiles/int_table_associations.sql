with

variables as (

    select * from {{ ref('int_household_variables') }}
    where level is not null

),

cells as (

    select
        variables.position,
        others.position as other_position,
        variables.level,
        others.level as other_level,
        count(*) as n_cell
    from variables
    inner join variables as others
        on
            variables.household_id = others.household_id
            and variables.position < others.position
    group by variables.position, others.position, variables.level, others.level

),

margins as (

    select
        *,
        sum(n_cell) over (partition by position, other_position) as n_households,
        sum(n_cell) over (partition by position, other_position, level) as n_level,
        sum(n_cell) over (partition by position, other_position, other_level)
            as n_other_level
    from cells

),

-- The sum of n_cell^2 / (n_level * n_other_level) exceeds 1 by chi-square over n. Empty
-- cells add nothing.
final as (

    select
        position,
        other_position,
        n_households,
        count(distinct level) as n_levels,
        count(distinct other_level) as n_other_levels,
        greatest(
            0,
            {{ exact_sum('n_cell * n_cell / (n_level * n_other_level)') }} - 1
        ) as phi_squared
    from margins
    group by position, other_position, n_households

)

select * from final
order by position, other_position
