with

members as (

    select * from {{ ref('int_group_members') }}

),

group_pairs as (

    select * from {{ ref('group_pairs') }}

),

variables as (

    select * from {{ ref('int_household_variables') }}

),

-- The groups of one pair are compared by those of the others, too. was_sent and
-- has_redeemed are variables already.
compared_values as (

    select
        household_id,
        variable,
        variable_group,
        variable as measured_by,
        case when scale = 'number' then number_value end as number_value,
        level
    from variables
    union all
    select
        members.household_id,
        members.group_pair as variable,
        'group' as variable_group,
        group_pairs.defining_variable as measured_by,
        cast(null as double) as number_value,
        members.level
    from members
    inner join group_pairs on members.group_pair = group_pairs.group_pair
    where group_pairs.from_quantile is not null

),

final as (

    select
        members.group_pair,
        members.household_id,
        members.side = 'group' as is_in_group,
        compared_values.variable,
        compared_values.variable_group,
        compared_values.measured_by,
        compared_values.number_value,
        compared_values.level
    from members
    inner join compared_values on members.household_id = compared_values.household_id
    where members.side in ('group', 'other')

)

select * from final
order by group_pair, variable, household_id
