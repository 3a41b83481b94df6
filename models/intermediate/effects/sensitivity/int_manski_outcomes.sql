with

unit_outcomes as (

    select *
    from {{ ref('int_unit_outcomes') }}
    where is_main_design

),

observed_ranges as (

    select
        design,
        outcome,
        min(outcome_value) as lowest,
        max(outcome_value) as highest,
        quantile_cont(outcome_value, {{ var('bounds_outcome_quantile') }}) as cap
    from unit_outcomes
    group by design, outcome

),

outcome_ranges as (

    select
        design,
        outcome,
        'observed' as outcome_range,
        lowest,
        highest
    from observed_ranges
    union all
    select
        design,
        outcome,
        'capped' as outcome_range,
        lowest,
        cap as highest
    from observed_ranges

),

ranged_outcomes as (

    select
        unit_outcomes.design,
        unit_outcomes.outcome,
        outcome_ranges.outcome_range,
        unit_outcomes.campaign_id,
        unit_outcomes.household_id,
        unit_outcomes.is_treated,
        outcome_ranges.lowest,
        outcome_ranges.highest,
        least(unit_outcomes.outcome_value, outcome_ranges.highest) as outcome_value
    from unit_outcomes
    inner join outcome_ranges
        on
            unit_outcomes.design = outcome_ranges.design
            and unit_outcomes.outcome = outcome_ranges.outcome

),

-- Manski (1990): the outcome of a unit in the other arm can be any value from the
-- lowest to the highest.
final as (

    select
        *,
        is_treated * (outcome_value - highest)
        + (1 - is_treated) * (lowest - outcome_value) as lower_bound,
        is_treated * (outcome_value - lowest)
        + (1 - is_treated) * (highest - outcome_value) as upper_bound
    from ranged_outcomes

)

select * from final
order by design, outcome, outcome_range, campaign_id, household_id
