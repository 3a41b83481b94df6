with

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

-- A household counts among all and in its part. Its units with a propensity in [0.1,
-- 0.9] count once more, in the population that needs no extrapolation.
population_rewards as (

    select
        *,
        unnest(
            case when is_in_overlap then ['all', part, 'overlap'] else ['all', part] end
        ) as population
    from policy_rewards

),

final as (

    select
        design,
        population,
        policy,
        split_id,
        household_id,
        count(*) as n_units,
        sum(is_targeted) as n_targeted,
        {{ exact_sum('profit') }} as profit,
        {{ exact_sum('random_profit') }} as random_profit
    from population_rewards
    group by design, population, policy, split_id, household_id

)

select * from final
order by design, population, policy, split_id, household_id
