with

policy_choices as (

    select * from {{ ref('int_policy_choices') }}

),

policies as (

    select * from {{ ref('policies') }}

),

final as (

    select
        policy_choices.design,
        policy_choices.policy,
        policies.label,
        policy_choices.share_targeted,
        cast(policy_choices.choose_rank as integer) as choose_rank,
        policy_choices.choose_profit,
        policy_choices.validate_profit,
        policy_choices.validate_ci_lower,
        policy_choices.validate_ci_upper,
        policy_choices.report_profit,
        policy_choices.report_ci_lower,
        policy_choices.report_ci_upper,
        policy_choices.is_chosen,
        policy_choices.is_recommended,
        case
            when policy_choices.exclusion_reason is not null
                then 'not compared: ' || policy_choices.exclusion_reason
            when policy_choices.is_recommended
                then 'chosen, and surely earns more than nothing on the next part'
            when policy_choices.is_chosen
                then 'chosen, but not surely better than nothing on the next part'
            when policy_choices.choose_rank = 1 then 'best of those compared, but loses'
            else 'not the best of those compared'
        end as decision
    from policy_choices
    inner join policies on policy_choices.policy = policies.policy

)

select * from final
order by design, policy
