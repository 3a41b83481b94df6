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

-- Profit per unit of the last part, scaled to all units.
final as (

    select
        design,
        population,
        is_decisive,
        policy,
        label,
        n_targeted,
        share_targeted,
        n_units * report_profit as profit,
        n_units * report_std_error as std_error,
        n_units * report_ci_lower as ci_lower,
        n_units * report_ci_upper as ci_upper,
        is_heterogeneity_detected
    from numbered_policies
    where policy_number = 1

)

select * from final
order by design, population
