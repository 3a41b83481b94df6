with

policy_households as (

    select * from {{ ref('int_policy_households') }}

),

-- Treating nobody earns 0, so the difference to it is the profit itself.
baselines as (

    select
        design,
        population,
        part,
        split_id,
        household_id,
        policy as baseline,
        profit
    from policy_households
    where policy in ('treat_none', 'treat_all', 'current_practice', 'rfm_rule')

),

-- The same household stands under both policies.
differences as (

    select
        policy_households.*,
        baselines.baseline,
        policy_households.profit - baselines.profit as difference
    from policy_households
    inner join baselines
        on
            policy_households.design = baselines.design
            and policy_households.population = baselines.population
            and policy_households.part = baselines.part
            and policy_households.split_id = baselines.split_id
            and policy_households.household_id = baselines.household_id
    union all
    select
        *,
        'random_same_size' as baseline,
        profit - random_profit as difference
    from policy_households

),

split_values as (

    select
        design,
        population,
        part,
        policy,
        baseline,
        split_id,
        count(*) as n_households,
        sum(n_units) as n_units,
        sum(n_targeted) as n_targeted,
        {{ exact_sum('difference') }} as profit,
        {{ clustered_sum_error('difference', 'n_units') }} as std_error
    from differences
    group by design, population, part, policy, baseline, split_id

),

median_values as (

    select
        *,
        median(profit) over (
            partition by design, population, part, policy, baseline
        ) as median_profit
    from split_values

),

profits as (

    select
        design,
        population,
        part,
        policy,
        baseline,
        median(n_households) as n_households,
        median(n_units) as n_units,
        avg(n_targeted) as n_targeted,
        max(median_profit) as profit,
        {{ median_std_error('profit', 'std_error', 'median_profit') }} as std_error
    from median_values
    group by design, population, part, policy, baseline

),

final as (

    select
        *,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper
    from profits

)

select * from final
order by design, population, part, policy, baseline
