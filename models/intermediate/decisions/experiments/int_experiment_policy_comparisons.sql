with

rewards as (

    select * from {{ ref('int_experiment_policy_rewards') }}

),

-- The same households under both: what they share cancels.
paired_rewards as (

    select
        rewards.campaign_id,
        rewards.estimator,
        rewards.policy,
        baselines.policy as baseline,
        rewards.is_targeted,
        rewards.policy_value,
        rewards.policy_value - baselines.policy_value as difference,
        rewards.influence - baselines.influence as influence,
        1 as n_units
    from rewards
    inner join rewards as baselines
        on
            rewards.campaign_id = baselines.campaign_id
            and rewards.estimator = baselines.estimator
            and rewards.household_id = baselines.household_id
            and baselines.policy in ('treat_none', 'treat_all')

),

final as (

    select
        campaign_id,
        estimator,
        policy,
        baseline,
        sum(n_units) as n_units,
        sum(is_targeted) as n_targeted,
        max(policy_value) as policy_value,
        max(difference) as difference,
        {{ clustered_std_error('influence', 'n_units') }} as std_error
    from paired_rewards
    group by campaign_id, estimator, policy, baseline

)

select * from final
order by campaign_id, estimator, policy, baseline
