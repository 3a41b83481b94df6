with

scenarios as (

    select * from {{ ref('scenarios') }}

),

configured as (

    select
        cost_per_contact,
        cast({{ setting('margin') }} as double) as margin
    from {{ ref('int_contact_cost') }}

),

grid as (

    select
        scenarios.scenario_id,
        scenarios.cost_per_contact,
        scenarios.margin,
        scenarios.name,
        configured.margin is not null as is_configured
    from scenarios
    left join configured
        on
            scenarios.cost_per_contact = configured.cost_per_contact
            and scenarios.margin = configured.margin

),

-- A measured cost lies between those of the grid.
off_grid as (

    select
        0 as scenario_id,
        configured.cost_per_contact,
        configured.margin,
        cast(null as varchar) as name,
        true as is_configured
    from configured
    anti join scenarios
        on
            configured.cost_per_contact = scenarios.cost_per_contact
            and configured.margin = scenarios.margin

),

final as (

    select * from off_grid
    union all
    select * from grid

)

select * from final
order by scenario_id
