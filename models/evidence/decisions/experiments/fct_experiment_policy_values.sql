with

rewards as (

    select * from {{ ref('int_experiment_policy_rewards') }}

),

checks as (

    select * from {{ ref('int_experiment_checks') }}

),

words as (

    select * from {{ ref('words') }}

),

-- The same households stand under all policies, so what they share cancels out.
paired_rewards as (

    select
        rewards.*,
        rewards.policy_value - nobody.policy_value as profit_vs_none,
        rewards.influence - nobody.influence as influence_vs_none,
        rewards.policy_value - everybody.policy_value as profit_vs_all,
        rewards.influence - everybody.influence as influence_vs_all,
        1 as n_units
    from rewards
    inner join rewards as nobody
        on
            rewards.campaign_id = nobody.campaign_id
            and rewards.estimator = nobody.estimator
            and rewards.household_id = nobody.household_id
            and nobody.policy = 'treat_none'
    inner join rewards as everybody
        on
            rewards.campaign_id = everybody.campaign_id
            and rewards.estimator = everybody.estimator
            and rewards.household_id = everybody.household_id
            and everybody.policy = 'treat_all'

),

differences as (

    select
        campaign_id,
        policy,
        estimator,
        cast(sum(n_units) as integer) as n_units,
        cast(sum(is_targeted) as integer) as n_targeted,
        max(policy_value) as policy_value,
        max(profit_vs_none) as profit_vs_none,
        {{ clustered_std_error('influence_vs_none', 'n_units') }} as error_vs_none,
        max(profit_vs_all) as profit_vs_all,
        {{ clustered_std_error('influence_vs_all', 'n_units') }} as error_vs_all
    from paired_rewards
    group by campaign_id, policy, estimator

),

intervals as (

    select
        differences.*,
        {{ confidence_limit('profit_vs_none', 'error_vs_none', 'lower') }}
            as profit_vs_none_ci_lower,
        {{ confidence_limit('profit_vs_none', 'error_vs_none', 'upper') }}
            as profit_vs_none_ci_upper,
        {{ confidence_limit('profit_vs_all', 'error_vs_all', 'lower') }}
            as profit_vs_all_ci_lower,
        {{ confidence_limit('profit_vs_all', 'error_vs_all', 'upper') }}
            as profit_vs_all_ci_upper,
        case
            when differences.policy = 'treat_none' then 'baseline'
            when profit_vs_none_ci_lower > 0 then 'more'
            when profit_vs_none_ci_upper < 0 then 'less'
            when profit_vs_none_ci_lower <= 0 then 'no difference'
            else 'not estimable'
        end as answer
    from differences
    inner join checks on differences.campaign_id = checks.campaign_id
    where not checks.is_assignment_broken

),

final as (

    select
        intervals.campaign_id,
        intervals.policy,
        intervals.estimator,
        intervals.n_units,
        intervals.n_targeted,
        intervals.policy_value,
        intervals.profit_vs_none,
        intervals.profit_vs_none_ci_lower,
        intervals.profit_vs_none_ci_upper,
        intervals.profit_vs_all,
        intervals.profit_vs_all_ci_lower,
        intervals.profit_vs_all_ci_upper,
        {{ fill_in('words.words', {
            'profit': in_money('intervals.profit_vs_none'),
            'interval': interval_in_money(
                'intervals.profit_vs_none_ci_lower',
                'intervals.profit_vs_none_ci_upper',
            ),
        }) }} as verdict
    from intervals
    inner join words
        on words.topic = 'policy_value' and intervals.answer = words.answer

)

select * from final
order by campaign_id, policy, estimator
