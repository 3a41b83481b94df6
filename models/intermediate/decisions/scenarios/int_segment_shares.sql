with

policy_units as (

    select * from {{ ref('int_policy_units') }}

),

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}

),

-- Shares that the retailer sends campaigns to today, and that the policy would.
final as (

    select
        policy_units.design,
        policy_units.segment_id,
        avg(policy_units.is_treated) as current_share,
        {{ exact_avg('policy_units.margin') }} as mean_margin,
        avg(policy_rewards.is_targeted) as policy_share
    from policy_units
    inner join chosen_policies on policy_units.design = chosen_policies.design
    inner join policy_rewards
        on
            policy_units.design = policy_rewards.design
            and chosen_policies.policy = policy_rewards.policy
            and policy_units.split_id = policy_rewards.split_id
            and policy_units.campaign_id = policy_rewards.campaign_id
            and policy_units.household_id = policy_rewards.household_id
    group by policy_units.design, policy_units.segment_id

)

select * from final
order by design, segment_id
