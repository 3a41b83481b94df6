with

policy_values as (

    select * from {{ ref('fct_policy_values') }}

),

cate_validation as (

    select * from {{ ref('fct_cate_validation') }}

),

-- A rule that ranks customers is allowed only where held-out scores say that effects
-- differ and that the ranking finds where.
heterogeneity as (

    select
        design,
        bool_and(is_passed) as is_detected
    from cate_validation
    where
        outcome = 'purchase_amount'
        and is_primary
        and test in ('blp_slope', 'autoc')
    group by design

),

-- Treating none stays unless another policy surely earns more.
candidates as (

    select
        policy_values.*,
        coalesce(heterogeneity.is_detected, false) as is_heterogeneity_detected
    from policy_values
    left join heterogeneity on policy_values.design = heterogeneity.design
    where
        policy_values.policy = 'treat_none'
        or (
            policy_values.gate_status = 'passed'
            and policy_values.ci_lower > 0
            and (
                policy_values.policy = 'treat_all'
                or (
                    coalesce(heterogeneity.is_detected, false)
                    and policy_values.policy != 'current_practice'
                )
            )
        )

),

ranked_candidates as (

    select
        *,
        row_number() over (
            partition by design order by profit desc, n_targeted asc, policy asc
        ) as candidate_rank
    from candidates

),

final as (

    select
        design,
        policy,
        n_targeted,
        share_targeted,
        profit,
        std_error,
        ci_lower,
        ci_upper,
        is_heterogeneity_detected
    from ranked_candidates
    where candidate_rank = 1

)

select * from final
order by design
