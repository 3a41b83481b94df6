with

unit_groups as (

    select * from {{ ref('int_unit_groups') }}

),

-- A household that is a unit of several trials may be in several groups of a grouping.
household_groups as (

    select
        design,
        grouping,
        household_id,
        count(distinct group_name) as n_groups
    from unit_groups
    group by design, grouping, household_id

),

final as (

    select
        design,
        grouping,
        max(n_groups) > 1 as has_shared_households
    from household_groups
    group by design, grouping

)

select * from final
order by design, grouping
