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

units as (

    select
        policy_units.*,
        chosen_policies.is_decisive,
        policy_rewards.is_targeted
    from policy_units
    inner join chosen_policies
        on
            policy_units.design = chosen_policies.design
            and policy_units.population = chosen_policies.population
    inner join policy_rewards
        on
            policy_units.design = policy_rewards.design
            and policy_units.population = policy_rewards.population
            and chosen_policies.policy = policy_rewards.policy
            and policy_units.split_id = policy_rewards.split_id
            and policy_units.campaign_id = policy_rewards.campaign_id
            and policy_units.household_id = policy_rewards.household_id

),

-- A comparable unit stands in both populations. What the policy would do is that of the
-- population that decides.
final as (

    select
        design,
        segment_id,
        {{ exact_avg("case when population = 'all' then margin end") }} as mean_margin,
        {{ exact_avg("case when population = 'all' then profit_cost end") }}
            as mean_cost,
        avg(is_treated) filter (where population = 'all') as current_share,
        count(*) filter (where population = 'comparable')
        / count(*) filter (where population = 'all') as comparable_share,
        coalesce(sum(is_treated) filter (where population = 'comparable'), 0)
        / count(*) filter (where population = 'all') as comparable_sent_share,
        avg(is_targeted) filter (where is_decisive) as policy_share,
        {{ exact_avg("case when population = 'all' then cate end") }}
            as predicted_effect,
        {{ exact_avg("case when population = 'all' then margin * cate end") }}
        - {{ exact_avg("case when population = 'all' then cost_per_contact end") }}
            as predicted_profit,
        avg(case when cate > break_even then 1 else 0 end) filter (
            where population = 'all'
        ) as predicted_above_break_even_share
    from units
    group by design, segment_id

)

select * from final
order by design, segment_id
