with

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

dr_scores as (

    select * from {{ ref('int_dr_scores') }}
    where outcome = 'purchase_amount'

),

unit_money as (

    select * from {{ ref('int_policy_quintiles') }}

),

policies as (

    select
        policy,
        kind = 'current' as is_current
    from {{ ref('policies') }}

),

-- Weights make both arms resemble the targeted. Current practice targeted the treated,
-- who stand for themselves.
weighted_units as (

    select
        policy_rewards.*,
        dr_scores.outcome_value,
        unit_money.margin,
        policy_rewards.is_targeted * (
            if(policies.is_current, dr_scores.outcome_value, dr_scores.mu1)
            - dr_scores.mu0
        ) as model_effect,
        policy_rewards.is_targeted * policy_rewards.is_treated
        / if(policies.is_current, 1, policy_rewards.propensity) as treated_weight,
        (1 - policy_rewards.is_treated) / (1 - policy_rewards.propensity)
        * if(
            policies.is_current, policy_rewards.propensity, policy_rewards.is_targeted
        ) as control_weight
    from policy_rewards
    inner join policies on policy_rewards.policy = policies.policy
    inner join unit_money using (design, campaign_id, household_id)
    inner join dr_scores using (design, campaign_id, household_id, split_id)

),

arm_means as (

    select
        design,
        population,
        policy,
        split_id,
        sum(is_targeted)
        / nullif({{ exact_sum('treated_weight') }}, 0) as treated_scale,
        sum(is_targeted)
        / nullif({{ exact_sum('control_weight') }}, 0) as control_scale,
        {{ exact_sum('treated_weight * outcome_value') }}
        / nullif({{ exact_sum('treated_weight') }}, 0) as treated_mean,
        {{ exact_sum('control_weight * outcome_value') }}
        / nullif({{ exact_sum('control_weight') }}, 0) as control_mean
    from weighted_units
    group by design, population, policy, split_id

),

-- The ratio of sums is linearised: each unit has a share of it and of its error.
unit_effects as (

    select
        weighted_units.*,
        (weighted_units.treated_weight - weighted_units.control_weight)
        * weighted_units.outcome_value as weighted_effect,
        arm_means.treated_scale * weighted_units.treated_weight
        * (weighted_units.outcome_value - arm_means.treated_mean)
        - arm_means.control_scale * weighted_units.control_weight
        * (weighted_units.outcome_value - arm_means.control_mean)
        + weighted_units.is_targeted * (arm_means.treated_mean - arm_means.control_mean)
            as normalised_effect
    from weighted_units
    inner join arm_means using (design, population, policy, split_id)

),

final as (

    select
        design,
        population,
        policy,
        split_id,
        household_id,
        count(*) as n_units,
        {{ exact_sum('margin * effect - cost') }} as doubly_robust,
        {{ exact_sum('margin * model_effect - cost') }} as outcome_model,
        {{ exact_sum('margin * weighted_effect - cost') }} as inverse_propensity,
        {{ exact_sum('margin * normalised_effect - cost') }} as normalised_weights
    from unit_effects
    group by design, population, policy, split_id, household_id

)

select * from final
order by design, population, policy, split_id, household_id
