with

comparisons as (

    select * from {{ ref('int_experiment_policy_comparisons') }}

),

checks as (

    select *
    from {{ ref('int_experiment_checks') }}
    where not is_assignment_broken

),

limited_comparisons as (

    select
        comparisons.*,
        {{ confidence_limit(
            'comparisons.difference', 'comparisons.std_error', 'lower'
        ) }} as ci_lower,
        {{ confidence_limit(
            'comparisons.difference', 'comparisons.std_error', 'upper'
        ) }} as ci_upper
    from comparisons
    inner join checks on comparisons.campaign_id = checks.campaign_id

),

final as (

    select
        versus_none.campaign_id,
        versus_none.policy,
        versus_none.estimator,
        cast(versus_none.n_units as integer) as n_units,
        cast(versus_none.n_targeted as integer) as n_targeted,
        versus_none.policy_value,
        versus_none.difference as profit_vs_none,
        versus_none.ci_lower as profit_vs_none_ci_lower,
        versus_none.ci_upper as profit_vs_none_ci_upper,
        versus_all.difference as profit_vs_all,
        versus_all.ci_lower as profit_vs_all_ci_lower,
        versus_all.ci_upper as profit_vs_all_ci_upper,
        case
            when versus_none.policy = 'treat_none' then 'baseline'
            when versus_none.ci_lower > 0 then 'earns more than treating none'
            when versus_none.ci_upper < 0 then 'loses against treating none'
            when versus_none.ci_lower <= 0
                then 'not distinguishable from treating none'
            else 'not estimable: nobody was dealt what it would have done'
        end as verdict
    from limited_comparisons as versus_none
    inner join limited_comparisons as versus_all
        on
            versus_none.campaign_id = versus_all.campaign_id
            and versus_none.estimator = versus_all.estimator
            and versus_none.policy = versus_all.policy
            and versus_none.baseline = 'treat_none'
            and versus_all.baseline = 'treat_all'

)

select * from final
order by campaign_id, policy, estimator
