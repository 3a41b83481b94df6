with

manski_outcomes as (

    select * from {{ ref('int_manski_outcomes') }}

),

averages as (

    select
        design,
        outcome,
        outcome_range,
        max(lowest) as lowest,
        max(highest) as highest,
        avg(is_treated) as treated_share,
        {{ exact_avg('lower_bound') }} as mean_lower,
        {{ exact_avg('upper_bound') }} as mean_upper,
        {{ exact_avg('case is_treated when 1 then outcome_value end') }}
            as treated_mean,
        {{ exact_avg('case is_treated when 0 then outcome_value end') }}
            as control_mean
    from manski_outcomes
    group by design, outcome, outcome_range

),

-- The influence of a unit on each average. Its lower and upper bound are one range
-- apart, so both means have the same error.
influences as (

    select
        manski_outcomes.design,
        manski_outcomes.outcome,
        manski_outcomes.outcome_range,
        manski_outcomes.household_id,
        manski_outcomes.lower_bound - averages.mean_lower as bound_influence,
        manski_outcomes.is_treated
        * (manski_outcomes.outcome_value - averages.treated_mean)
        / averages.treated_share
        - (1 - manski_outcomes.is_treated)
        * (manski_outcomes.outcome_value - averages.control_mean)
        / (1 - averages.treated_share) as naive_influence
    from manski_outcomes
    inner join averages
        on
            manski_outcomes.design = averages.design
            and manski_outcomes.outcome = averages.outcome
            and manski_outcomes.outcome_range = averages.outcome_range

),

household_influences as (

    select
        design,
        outcome,
        outcome_range,
        household_id,
        count(*) as n_units,
        {{ exact_sum('bound_influence') }} as bound_influence,
        {{ exact_sum('naive_influence') }} as naive_influence
    from influences
    group by design, outcome, outcome_range, household_id

),

std_errors as (

    select
        design,
        outcome,
        outcome_range,
        {{ clustered_std_error('bound_influence', 'n_units') }} as bound_std_error,
        {{ clustered_std_error('naive_influence', 'n_units') }} as naive_std_error
    from household_influences
    group by design, outcome, outcome_range

),

final as (

    select
        averages.design,
        averages.outcome,
        averages.outcome_range,
        averages.lowest,
        averages.highest,
        averages.mean_lower,
        averages.mean_upper,
        averages.treated_mean - averages.control_mean as naive_difference,
        std_errors.bound_std_error,
        std_errors.naive_std_error
    from averages
    inner join std_errors
        on
            averages.design = std_errors.design
            and averages.outcome = std_errors.outcome
            and averages.outcome_range = std_errors.outcome_range

)

select * from final
order by design, outcome, outcome_range
