with

rewards as (

    select * from {{ ref('int_household_cost_rewards') }}

),

words as (

    select * from {{ ref('words') }}

),

split_values as (

    select
        design,
        population,
        policy,
        label,
        split_id,
        sum(n_units) as n_units,
        sum(n_targeted) as n_targeted,
        sum(n_switched) as n_switched,
        {{ exact_sum('flat_profit') }} as flat_profit,
        {{ exact_sum('measured_cost') }} as measured_cost,
        {{ exact_sum('difference') }} as difference,
        {{ clustered_sum_error('difference', 'n_units') }} as difference_error,
        {{ exact_sum('own_cost_gain') }} as gain,
        {{ clustered_sum_error('own_cost_gain', 'n_units') }} as gain_error
    from rewards
    group by design, population, policy, label, split_id

),

median_values as (

    select
        *,
        median(difference) over policy_splits as median_difference,
        median(gain) over policy_splits as median_gain
    from split_values
    window policy_splits as (partition by design, population, policy)

),

graded_policies as (

    select
        design,
        population,
        policy,
        label,
        median(n_units) as n_units,
        avg(n_targeted) as n_targeted,
        avg(n_switched) as n_switched,
        median(measured_cost / nullif(n_targeted, 0)) as cost_per_contact,
        median(flat_profit) as flat_profit,
        max(median_difference) as difference,
        {{ median_std_error('difference', 'difference_error', 'median_difference') }}
            as difference_error,
        max(median_gain) as gain,
        {{ median_std_error('gain', 'gain_error', 'median_gain') }} as gain_error
    from median_values
    group by design, population, policy, label

),

limits as (

    select
        *,
        {{ confidence_limit('gain', 'gain_error', 'lower') }} as gain_ci_lower,
        {{ confidence_limit('gain', 'gain_error', 'upper') }} as gain_ci_upper
    from graded_policies

),

final as (

    select
        limits.design,
        limits.population,
        limits.policy,
        limits.label,
        cast(limits.n_units as integer) as n_units,
        limits.n_targeted,
        limits.cost_per_contact,
        limits.flat_profit,
        limits.flat_profit + limits.difference as household_profit,
        limits.difference,
        limits.difference_error as difference_std_error,
        limits.n_switched,
        limits.gain as own_cost_gain,
        limits.gain_error as own_cost_gain_std_error,
        limits.gain_ci_lower as own_cost_gain_ci_lower,
        limits.gain_ci_upper as own_cost_gain_ci_upper,
        words.answer = 'better' as is_own_cost_better,
        {{ fill_in('words.words', {
            'gain': in_money('limits.gain'),
            'interval': interval_in_money(
                'limits.gain_ci_lower', 'limits.gain_ci_upper'
            ),
        }) }} as decision
    from limits
    inner join words
        on
            words.topic = 'household_cost'
            and words.answer = case
                when round(limits.n_switched) = 0 then 'same households'
                when limits.gain_ci_lower > 0 then 'better'
                else 'not better'
            end

)

select * from final
order by design, population, policy
