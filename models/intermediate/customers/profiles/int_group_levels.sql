with

group_values as (

    select * from {{ ref('int_group_values') }}
    where level is not null

),

level_counts as (

    select
        group_pair,
        variable,
        level,
        count(*) filter (where is_in_group) as n_group_level,
        count(*) filter (where not is_in_group) as n_other_level,
        count(*) as n_level
    from group_values
    group by group_pair, variable, level

),

final as (

    select
        *,
        sum(n_group_level) over (partition by group_pair, variable) as n_group,
        sum(n_other_level) over (partition by group_pair, variable) as n_other,
        count(*) over (partition by group_pair, variable) as n_levels,
        -- Of two levels one says it all.
        row_number() over (partition by group_pair, variable order by level desc)
            as level_number
    from level_counts

)

select * from final
order by group_pair, variable, level
