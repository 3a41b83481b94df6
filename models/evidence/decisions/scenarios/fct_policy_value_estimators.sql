with

terms as (

    select * from {{ ref('int_policy_value_terms') }}

),

policies as (

    select * from {{ ref('policies') }}

),

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

household_profits as (

    unpivot terms
    on doubly_robust, outcome_model, inverse_propensity, normalised_weights
    into name estimator value profit

),

split_values as (

    select
        design,
        population,
        policy,
        estimator,
        split_id,
        sum(n_units) as n_units,
        {{ exact_sum('profit') }} as profit,
        {{ clustered_sum_error('profit', 'n_units') }} as std_error
    from household_profits
    group by design, population, policy, estimator, split_id

),

median_values as (

    select
        *,
        median(profit) over (
            partition by design, population, policy, estimator
        ) as median_profit
    from split_values

),

profits as (

    select
        design,
        population,
        policy,
        estimator,
        median(n_units) as n_units,
        max(median_profit) as profit,
        {{ median_std_error('profit', 'std_error', 'median_profit') }} as std_error
    from median_values
    group by design, population, policy, estimator

),

final as (

    select
        profits.design,
        profits.population,
        profits.policy,
        policies.label,
        replace(profits.estimator, '_', ' ') as estimator,
        cast(profits.n_units as integer) as n_units,
        profits.profit,
        profits.std_error,
        {{ confidence_limit('profits.profit', 'profits.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('profits.profit', 'profits.std_error', 'upper') }}
            as ci_upper,
        target_populations.is_decisive,
        target_populations.gate_status
    from profits
    inner join policies on profits.policy = policies.policy
    inner join target_populations
        on
            profits.design = target_populations.design
            and profits.population = target_populations.population
    where policies.kind != 'none'

)

select * from final
order by design, population, policy, estimator
