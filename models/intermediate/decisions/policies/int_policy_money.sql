with

policy_values as (

    select * from {{ ref('int_policy_values') }}

),

policy_sizes as (

    select * from {{ ref('int_policy_sizes') }}

),

-- A policy may stand in some splits only, so everybody is taken from the same ones.
profits as (

    select
        policy_values.design,
        policy_values.population,
        policy_values.policy,
        policy_values.profit_vs_none as profit,
        policy_values.profit_vs_all,
        policy_sizes.effect as incremental_sales,
        policy_sizes.n_targeted,
        policy_sizes.contact_cost,
        policy_values.profit_vs_none / nullif(policy_sizes.n_targeted, 0)
            as profit_per_contact,
        policy_values.profit_vs_none - policy_values.profit_vs_all as profit_of_all,
        policy_values.n_units
    from policy_values
    inner join policy_sizes
        on
            policy_values.design = policy_sizes.design
            and policy_values.population = policy_sizes.population
            and policy_values.policy = policy_sizes.policy

),

-- Against a loss a ratio says nothing.
final as (

    select
        design,
        population,
        policy,
        contact_cost,
        profit / nullif(contact_cost, 0) as roi,
        incremental_sales,
        profit + contact_cost as margin_earned,
        profit_vs_all / nullif(abs(profit_of_all), 0) as lift_vs_all,
        case
            when profit_of_all > 0
                then profit_per_contact / (profit_of_all / n_units)
        end as efficiency_vs_all
    from profits

)

select * from final
order by design, population, policy
