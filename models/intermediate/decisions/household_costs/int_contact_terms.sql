with

window_profit_margins as (

    select *
    from {{ ref('int_window_profit_margins') }}
    where window_id = 'latest'

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

),

household_matches as (

    select * from {{ ref('py_household_matches') }}

),

costs as (

    select
        window_profit_margins.household_id,
        window_profit_margins.margin,
        contact_cost.cost_per_contact as flat_cost,
        coalesce(
            contact_cost.common_cost + household_matches.expected_match,
            contact_cost.cost_per_contact
        ) as household_cost
    from window_profit_margins
    cross join contact_cost
    left join household_matches
        on window_profit_margins.household_id = household_matches.household_id

),

final as (

    select
        *,
        {{ configured_cost('household_cost', 'flat_cost') }} as cost_per_contact,
        {{ configured_cost('household_cost', 'flat_cost') }} / margin as break_even
    from costs

)

select * from final
order by household_id
