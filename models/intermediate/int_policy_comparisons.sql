with

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

-- Treating none earns 0, so the difference to it is the profit itself.
baseline_rewards as (

    select *
    from policy_rewards
    where policy in ('treat_none', 'treat_all', 'current_practice')

),

-- Paired: the same unit under both policies.
paired_rewards as (

    select
        policy_rewards.design,
        policy_rewards.policy,
        baseline_rewards.policy as baseline,
        policy_rewards.split_id,
        policy_rewards.household_id,
        policy_rewards.profit - baseline_rewards.profit as profit_difference
    from policy_rewards
    inner join baseline_rewards
        on
            policy_rewards.design = baseline_rewards.design
            and policy_rewards.split_id = baseline_rewards.split_id
            and policy_rewards.campaign_id = baseline_rewards.campaign_id
            and policy_rewards.household_id = baseline_rewards.household_id

),

centred_rewards as (

    select
        *,
        profit_difference - avg(cast(profit_difference as decimal(38, 12))) over (
            partition by design, policy, baseline, split_id
        ) as centred_difference
    from paired_rewards

),

household_rewards as (

    select
        design,
        policy,
        baseline,
        split_id,
        household_id,
        {{ exact_sum('profit_difference') }} as profit_difference,
        {{ exact_sum('centred_difference') }} as centred_difference,
        count(*) as n_units
    from centred_rewards
    group by design, policy, baseline, split_id, household_id

),

split_values as (

    select
        design,
        policy,
        baseline,
        split_id,
        sum(n_units) as n_units,
        {{ exact_sum('profit_difference') }} as profit,
        sum(n_units) * {{ clustered_std_error('centred_difference', 'n_units') }}
            as std_error
    from household_rewards
    group by design, policy, baseline, split_id

),

median_values as (

    select
        design,
        policy,
        baseline,
        max(n_units) as n_units,
        median(profit) as profit
    from split_values
    group by design, policy, baseline

),

final as (

    select
        median_values.design,
        median_values.policy,
        median_values.baseline,
        max(median_values.n_units) as n_units,
        max(median_values.profit) as profit,
        {{ median_std_error(
            'split_values.profit', 'split_values.std_error', 'median_values.profit'
        ) }} as std_error
    from median_values
    inner join split_values
        on
            median_values.design = split_values.design
            and median_values.policy = split_values.policy
            and median_values.baseline = split_values.baseline
    group by median_values.design, median_values.policy, median_values.baseline

)

select * from final
order by design, policy, baseline
