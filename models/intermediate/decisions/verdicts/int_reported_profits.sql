with

comparisons as (

    select * from {{ ref('int_policy_comparisons') }}

),

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}

),

-- The last part of the households chose nothing. Its profit is scaled to all units of
-- the population. Where no ranking is allowed nobody chose, and all households report.
scaled_profits as (

    select
        comparisons.design,
        comparisons.population,
        comparisons.policy,
        comparisons.baseline,
        comparisons.profit * whole.n_units / comparisons.n_units as profit,
        comparisons.std_error * whole.n_units / comparisons.n_units as std_error
    from comparisons
    inner join comparisons as whole
        on
            comparisons.design = whole.design
            and comparisons.population = whole.population
            and comparisons.policy = whole.policy
            and comparisons.baseline = whole.baseline
            and whole.part = 'all'
    inner join chosen_policies
        on
            comparisons.design = chosen_policies.design
            and comparisons.population = chosen_policies.population
    where
        comparisons.part
        = if(chosen_policies.is_heterogeneity_detected, 'report', 'all')
        and comparisons.baseline in ('treat_none', 'current_practice')

),

final as (

    select
        design,
        population,
        policy,
        baseline,
        profit,
        std_error,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper
    from scaled_profits

)

select * from final
order by design, population, policy, baseline
