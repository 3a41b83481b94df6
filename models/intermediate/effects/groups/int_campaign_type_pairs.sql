with

group_effects as (

    select *
    from {{ ref('fct_group_effects') }}
    where grouping = 'campaign_type'

),

groupings as (

    select *
    from {{ ref('int_groupings') }}
    where grouping = 'campaign_type'

),

final as (

    select
        first_effects.design,
        first_effects.outcome,
        first_effects.estimand,
        first_effects.group_name as first_type,
        second_effects.group_name as second_type,
        first_effects.n_treated as n_treated_first,
        first_effects.n_control as n_control_first,
        second_effects.n_treated as n_treated_second,
        second_effects.n_control as n_control_second,
        groupings.has_shared_households,
        case
            when first_effects.gate_status = 'passed'
                and second_effects.gate_status = 'passed'
                and not groupings.has_shared_households
                then first_effects.estimate - second_effects.estimate
        end as difference,
        -- Types share no household, so their errors are independent.
        sqrt(
            pow(first_effects.std_error, 2) + pow(second_effects.std_error, 2)
        ) as std_error,
        {{ contrast_obstacle(
            'groupings.has_shared_households',
            'first_effects.group_name',
            'first_effects.gate_status',
            'first_effects.reason',
            'second_effects.group_name',
            'second_effects.gate_status',
            'second_effects.reason'
        ) }} as obstacle
    from group_effects as first_effects
    inner join group_effects as second_effects
        on
            first_effects.design = second_effects.design
            and first_effects.outcome = second_effects.outcome
            and first_effects.estimand = second_effects.estimand
            and first_effects.group_name < second_effects.group_name
    inner join groupings on first_effects.design = groupings.design

)

select * from final
order by design, outcome, estimand, first_type, second_type
