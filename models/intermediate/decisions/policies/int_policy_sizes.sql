with

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

-- Beyond the outcome models, only units whose arm agrees with the policy show what it
-- earns. Their weights are one over the probability of that arm.
weighted_units as (

    select
        *,
        case
            when is_treated != is_targeted then 0
            when is_treated = 1 then 1 / propensity
            else 1 / (1 - propensity)
        end as weight
    from policy_rewards

),

split_sizes as (

    select
        design,
        population,
        policy,
        split_id,
        sum(is_targeted) as n_targeted,
        avg(is_targeted) as share_targeted,
        {{ exact_sum('effect') }} as effect,
        {{ exact_sum('cost') }} as contact_cost,
        pow({{ exact_sum('weight') }}, 2) / {{ exact_sum('weight * weight') }}
            as effective_n
    from weighted_units
    group by design, population, policy, split_id

),

-- The rules differ a little between splits, so their sizes are averaged over splits.
final as (

    select
        design,
        population,
        policy,
        avg(n_targeted) as n_targeted,
        {{ exact_avg('share_targeted') }} as share_targeted,
        median(effective_n) as effective_n,
        median(effect) as effect,
        {{ exact_avg('contact_cost') }} as contact_cost
    from split_sizes
    group by design, population, policy

)

select * from final
order by design, population, policy
