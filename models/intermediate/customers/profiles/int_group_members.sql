with

variables as (

    select * from {{ ref('int_household_variables') }}

),

group_pairs as (

    select * from {{ ref('group_pairs') }}

),

-- Share of the households below: above quantile q lie those with more than q.
placed_households as (

    select
        group_pairs.group_pair,
        group_pairs.group_label,
        group_pairs.other_label,
        group_pairs.from_quantile,
        group_pairs.to_quantile,
        variables.household_id,
        variables.number_value,
        percent_rank() over (
            partition by group_pairs.group_pair order by variables.number_value
        ) as share_below
    from group_pairs
    inner join variables on group_pairs.defining_variable = variables.variable

),

final as (

    select
        group_pair,
        household_id,
        case
            when from_quantile is null then if(number_value = 1, 'group', 'other')
            when share_below > from_quantile then 'group'
            when share_below <= to_quantile then 'other'
            else 'between'
        end as side,
        case side
            when 'group' then group_label
            when 'other' then other_label
            else 'between'
        end as level
    from placed_households

)

select * from final
order by group_pair, household_id
