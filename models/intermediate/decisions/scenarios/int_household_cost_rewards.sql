with

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

policy_units as (

    select * from {{ ref('int_policy_units') }}

),

policies as (

    select * from {{ ref('policies') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

-- Who was sent the campaign is known, and so is what their coupons cost.
priced_units as (

    select
        policy_rewards.*,
        policies.label,
        policies.kind,
        policies.parameter,
        policy_units.cate,
        policy_units.ci_lower,
        policy_units.margin,
        policy_units.margin * policy_units.dr_score as contact_margin,
        unit_costs.flat_cost,
        unit_costs.household_cost,
        if(
            policies.kind = 'current',
            unit_costs.common_cost + coalesce(unit_costs.coupon_match, 0),
            unit_costs.cost_score
        ) as measured_cost
    from policy_rewards
    inner join policies on policy_rewards.policy = policies.policy
    inner join policy_units
        using (design, population, split_id, campaign_id, household_id)
    inner join unit_costs using (design, split_id, campaign_id, household_id)

),

-- Only rules that ask for a break-even effect depend on whose cost it is. All others
-- stand as they were built.
targets as (

    select
        *,
        {%- for basis in ['flat', 'household'] %}
        if(
            kind = 'risk_adjusted',
            {{ is_targeted(
                kind='kind',
                parameter='parameter',
                is_treated='is_treated',
                cate='cate',
                ci_lower='ci_lower',
                rank_share='null',
                recency_quintile='null',
                frequency_quintile='null',
                monetary_quintile='null',
                segment_profit='null',
                is_tree_target='null',
                break_even=basis ~ '_cost / margin',
            ) }},
            is_targeted
        ) as is_targeted_by_{{ basis }}_cost,
        {%- endfor %}
        if(
            kind = 'current', margin * effect, is_targeted_by_flat_cost * contact_margin
        ) - is_targeted_by_flat_cost * flat_cost as profit_at_flat_cost,
        is_targeted_by_household_cost - is_targeted_by_flat_cost as switch
    from priced_units

),

final as (

    select
        design,
        population,
        policy,
        label,
        split_id,
        household_id,
        count(*) as n_units,
        sum(is_targeted_by_flat_cost) as n_targeted,
        sum(abs(switch)) as n_switched,
        {{ exact_sum('profit_at_flat_cost') }} as flat_profit,
        {{ exact_sum('is_targeted_by_flat_cost * measured_cost') }} as measured_cost,
        {{ exact_sum('is_targeted_by_flat_cost * (flat_cost - measured_cost)') }}
            as difference,
        {{ exact_sum('switch * (contact_margin - measured_cost)') }} as own_cost_gain
    from targets
    group by design, population, policy, label, split_id, household_id

)

select * from final
order by design, population, policy, split_id, household_id
