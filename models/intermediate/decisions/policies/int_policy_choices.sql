with

policy_values as (

    select * from {{ ref('int_policy_values') }}

),

policy_sizes as (

    select * from {{ ref('int_policy_sizes') }}

),

-- A rule may rank customers only where held-out scores say that effects differ and that
-- the ranking finds out where.
heterogeneity as (

    select
        design,
        bool_and(is_passed) as is_detected
    from {{ ref('fct_cate_validation') }}
    where
        outcome = 'purchase_amount'
        and is_primary
        and test in ('blp_slope', 'autoc')
    group by design

),

candidates as (

    select
        policy_values.*,
        policy_sizes.n_targeted,
        policy_sizes.share_targeted,
        coalesce(heterogeneity.is_detected, false) as is_heterogeneity_detected,
        case
            when policy_values.kind in ('none', 'current') then 'no rule'
            when policy_values.obstacle is not null then policy_values.obstacle
            when
                policy_values.needs_ranking
                and not coalesce(heterogeneity.is_detected, false)
                then 'no ranking'
        end as exclusion_reason
    from policy_values
    inner join policy_sizes
        on
            policy_values.design = policy_sizes.design
            and policy_values.population = policy_sizes.population
            and policy_values.policy = policy_sizes.policy
    left join heterogeneity on policy_values.design = heterogeneity.design

),

-- One part of the households chooses a policy. The best of many looks better there than
-- it is, so the next part validates it, and the last part, which decided nothing,
-- reports. Where no ranking is allowed there is nothing to choose: everybody or nobody,
-- by all households.
judged_candidates as (

    select
        *,
        if(is_heterogeneity_detected, 'validate', 'all') as confirmed_on,
        if(is_heterogeneity_detected, choose_profit, profit_vs_none / n_units)
            as judged_profit,
        if(is_heterogeneity_detected, validate_profit, profit_vs_none / n_units)
            as confirm_profit,
        if(
            is_heterogeneity_detected,
            validate_ci_lower,
            profit_vs_none_ci_lower / n_units
        ) as confirm_ci_lower,
        if(
            is_heterogeneity_detected,
            validate_ci_upper,
            profit_vs_none_ci_upper / n_units
        ) as confirm_ci_upper
    from candidates

),

ranked_candidates as (

    select
        *,
        case
            when exclusion_reason is null
                then
                    row_number() over (
                        partition by design, population, exclusion_reason is null
                        order by judged_profit desc, n_targeted asc, policy asc
                    )
        end as choose_rank
    from judged_candidates

),

final as (

    select
        *,
        coalesce(choose_rank = 1 and judged_profit > 0, false) as is_chosen,
        coalesce(
            choose_rank = 1 and judged_profit > 0 and confirm_ci_lower > 0, false
        ) as is_recommended
    from ranked_candidates

)

select * from final
order by design, population, policy
