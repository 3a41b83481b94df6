with

policy_choices as (

    select * from {{ ref('int_policy_choices') }}

),

-- Treating nobody is recommended unless another policy is significantly better.
numbered_policies as (

    select
        *,
        row_number() over (
            partition by design, population order by is_recommended desc, policy asc
        ) as policy_number
    from policy_choices
    where is_recommended or kind = 'none'

),

-- Profit per unit of the last part, scaled to all units; that of all households where
-- nothing was chosen.
final as (

    select
        design,
        population,
        is_decisive,
        policy,
        label,
        n_targeted,
        share_targeted,
        if(is_heterogeneity_detected, n_units * report_profit, profit_vs_none)
            as profit,
        if(is_heterogeneity_detected, n_units * report_std_error, std_error)
            as std_error,
        if(
            is_heterogeneity_detected,
            n_units * report_ci_lower,
            profit_vs_none_ci_lower
        ) as ci_lower,
        if(
            is_heterogeneity_detected,
            n_units * report_ci_upper,
            profit_vs_none_ci_upper
        ) as ci_upper,
        is_heterogeneity_detected
    from numbered_policies
    where policy_number = 1

)

select * from final
order by design, population
