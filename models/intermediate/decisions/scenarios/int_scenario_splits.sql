with

policy_units as (

    select * from {{ ref('int_policy_units') }}

),

scenarios as (

    select * from {{ ref('int_scenarios') }}

),

-- The break-even of the rule is the scenario's cost over its margin. Contacting
-- everybody has no rule to adapt.
scenario_units as (

    select
        policy_units.design,
        policy_units.population,
        policy_units.split_id,
        policy_units.household_id,
        scenarios.scenario_id,
        scenarios.margin * policy_units.dr_score - scenarios.cost_per_contact
            as contact_profit,
        cast(
            policy_units.cate > scenarios.cost_per_contact / scenarios.margin as integer
        ) as is_targeted
    from policy_units
    cross join scenarios

),

household_profits as (

    select
        design,
        population,
        split_id,
        household_id,
        scenario_id,
        count(*) as n_units,
        sum(is_targeted) as n_targeted,
        {{ exact_sum('is_targeted * contact_profit') }} as rule_profit,
        {{ exact_sum('contact_profit') }} as all_profit
    from scenario_units
    group by design, population, split_id, household_id, scenario_id

),

policy_profits as (

    select
        *,
        unnest(['effect_above_break_even', 'treat_all']) as policy,
        unnest([n_targeted, n_units]) as n_contacted,
        unnest([rule_profit, all_profit]) as profit
    from household_profits

),

final as (

    select
        design,
        population,
        scenario_id,
        policy,
        split_id,
        sum(n_units) as n_units,
        sum(n_contacted) as n_targeted,
        {{ exact_sum('profit') }} as profit,
        {{ clustered_sum_error('profit', 'n_units') }} as std_error,
        {{ exact_sum('profit - all_profit') }} as profit_vs_all,
        {{ clustered_sum_error('(profit - all_profit)', 'n_units') }}
            as std_error_vs_all
    from policy_profits
    group by design, population, scenario_id, policy, split_id

)

select * from final
order by design, population, scenario_id, policy, split_id
