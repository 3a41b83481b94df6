with

scenario_splits as (

    select * from {{ ref('int_scenario_splits') }}

),

scenarios as (

    select * from {{ ref('int_scenarios') }}

),

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

median_values as (

    select
        *,
        median(profit) over cells as median_profit,
        median(profit_vs_all) over cells as median_profit_vs_all
    from scenario_splits
    window cells as (partition by design, population, scenario_id, policy)

),

cells as (

    select
        design,
        population,
        scenario_id,
        policy,
        max(n_units) as n_units,
        avg(n_targeted) as n_targeted,
        max(median_profit) as profit,
        {{ median_std_error('profit', 'std_error', 'median_profit') }} as std_error,
        max(median_profit_vs_all) as profit_vs_all,
        {{ median_std_error(
            'profit_vs_all', 'std_error_vs_all', 'median_profit_vs_all'
        ) }} as std_error_vs_all
    from median_values
    group by design, population, scenario_id, policy

),

limits as (

    select
        *,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper,
        {{ confidence_limit('profit_vs_all', 'std_error_vs_all', 'lower') }}
            as vs_all_ci_lower,
        {{ confidence_limit('profit_vs_all', 'std_error_vs_all', 'upper') }}
            as vs_all_ci_upper
    from cells

),

final as (

    select
        limits.design,
        limits.population,
        limits.scenario_id,
        scenarios.name as scenario_name,
        scenarios.cost_per_contact,
        scenarios.margin,
        scenarios.cost_per_contact / scenarios.margin as break_even_effect,
        scenarios.is_configured,
        limits.policy,
        limits.n_targeted,
        limits.n_targeted / limits.n_units as share_targeted,
        limits.profit,
        limits.std_error,
        limits.ci_lower,
        limits.ci_upper,
        limits.profit_vs_all,
        limits.vs_all_ci_lower as profit_vs_all_ci_lower,
        limits.vs_all_ci_upper as profit_vs_all_ci_upper,
        target_populations.is_decisive,
        target_populations.gate_status,
        case
            when limits.ci_lower > 0 then 'earns'
            when limits.ci_upper < 0 then 'loses'
            else 'not distinguishable from nothing'
        end as verdict
    from limits
    inner join scenarios on limits.scenario_id = scenarios.scenario_id
    inner join target_populations
        on
            limits.design = target_populations.design
            and limits.population = target_populations.population

)

select * from final
order by design, population, scenario_id, policy
