with

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

-- A household counts among all and in its part.
part_rewards as (

    select
        * exclude (part),
        unnest(['all', part]) as part
    from policy_rewards

),

final as (

    select
        design,
        population,
        part,
        policy,
        split_id,
        household_id,
        count(*) as n_units,
        sum(is_targeted) as n_targeted,
        {{ exact_sum('profit') }} as profit,
        {{ exact_sum('random_profit') }} as random_profit
    from part_rewards
    group by design, population, part, policy, split_id, household_id

)

select * from final
order by design, population, part, policy, split_id, household_id
