with

policy_units as (

    select * from {{ ref('int_policy_units') }}

),

policies as (

    select * from {{ ref('policies') }}

),

tree_targets as (

    select * from {{ ref('int_policy_tree_targets') }}

),

-- A policy may use predictions, but never the score that evaluates it. Trees are fitted
-- in some splits only.
candidates as (

    select
        policy_units.*,
        policies.policy,
        policies.kind,
        policies.parameter,
        tree_targets.is_target as is_tree_target
    from policy_units
    cross join policies
    left join tree_targets
        on
            policy_units.design = tree_targets.design
            and policy_units.split_id = tree_targets.split_id
            and policy_units.campaign_id = tree_targets.campaign_id
            and policy_units.household_id = tree_targets.household_id
            and policies.policy = tree_targets.policy
    where policies.kind != 'tree' or tree_targets.policy is not null

),

targets as (

    select
        *,
        if(kind = 'current', paid_cost, profit_cost) as contact_cost,
        {{ is_targeted(
            kind='kind',
            parameter='parameter',
            is_treated='is_treated',
            cate='cate',
            ci_lower='ci_lower',
            rank_share='rank_share',
            recency_quintile='recency_quintile',
            frequency_quintile='frequency_quintile',
            monetary_quintile='monetary_quintile',
            segment_profit='segment_profit',
            is_tree_target='is_tree_target',
            break_even='break_even',
        ) }} as is_targeted
    from candidates

),

-- Targeting a unit earns the margin on its doubly robust effect, less the contact.
-- Current practice chose by more than the covariates, so its effect is the effect on
-- the treated. The score of that effect weights the controls to resemble the treated.
final as (

    select
        design,
        population,
        policy,
        split_id,
        campaign_id,
        household_id,
        part,
        is_treated,
        propensity,
        is_targeted,
        -- Adding 0 turns -0 into 0.
        case
            when kind = 'current' then att_score
            else is_targeted * dr_score
        end + 0 as effect,
        is_targeted * contact_cost as cost,
        case
            when kind = 'current' then margin * att_score - is_targeted * contact_cost
            when is_targeted = 1 then contact_profit
            else 0
        end as profit,
        -- The profit of as many units drawn at random: each is targeted with the
        -- probability that is the policy's share.
        contact_profit * avg(is_targeted) over (
            partition by design, population, policy, split_id
        ) + 0 as random_profit
    from targets

)

select * from final
order by design, population, policy, split_id, campaign_id, household_id
