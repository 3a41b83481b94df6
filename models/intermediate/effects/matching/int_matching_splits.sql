with

matched_pairs as (

    select * from {{ ref('int_matched_pairs') }}

),

matched_controls as (

    select * from {{ ref('int_matched_controls') }}

),

unit_outcomes as (

    select * from {{ ref('int_unit_outcomes') }}

),

pair_differences as (

    select
        matched_pairs.design,
        treated.outcome,
        matched_pairs.split_id,
        treated.outcome_value - control.outcome_value as difference
    from matched_pairs
    inner join unit_outcomes as treated
        on
            matched_pairs.design = treated.design
            and matched_pairs.campaign_id = treated.campaign_id
            and matched_pairs.household_id = treated.household_id
    inner join unit_outcomes as control
        on
            matched_pairs.design = control.design
            and matched_pairs.campaign_id = control.campaign_id
            and matched_pairs.control_household_id = control.household_id
            and treated.outcome = control.outcome

),

-- Abadie and Imbens (2006), theorem 7, with one match: the variance is
--     sum over treated of (difference - ATT)^2
--     + sum over controls of uses * (uses - 1) * variance given the propensity
-- over the square of the number of treated. The second sum is what reuse costs: a
-- control that stands in many pairs brings the same noise to each.
treated_sums as (

    select
        design,
        outcome,
        split_id,
        count(*) as n_treated,
        {{ exact_avg('difference') }} as estimate,
        {{ exact_sum('difference * difference') }}
        - pow({{ exact_sum('difference') }}, 2) / count(*) as squared_deviations
    from pair_differences
    group by design, outcome, split_id

),

-- The gap to the nearest other control has twice the variance of either.
control_gaps as (

    select
        matched_controls.design,
        control.outcome,
        matched_controls.split_id,
        matched_controls.household_id,
        matched_controls.n_uses,
        control.outcome_value - neighbour.outcome_value as gap
    from matched_controls
    inner join unit_outcomes as control
        on
            matched_controls.design = control.design
            and matched_controls.campaign_id = control.campaign_id
            and matched_controls.household_id = control.household_id
    inner join unit_outcomes as neighbour
        on
            matched_controls.design = neighbour.design
            and matched_controls.campaign_id = neighbour.campaign_id
            and matched_controls.neighbour_household_id = neighbour.household_id
            and control.outcome = neighbour.outcome

),

-- A household that is a control of several campaigns has noise in common: its cross
-- products are the square of the sum less the sum of squares.
household_noise as (

    select
        design,
        outcome,
        split_id,
        household_id,
        count(*) as n_units,
        {{ exact_sum('n_uses * (n_uses - 1) * gap * gap / 2') }}
        + pow({{ exact_sum('n_uses * gap') }}, 2)
        - {{ exact_sum('n_uses * n_uses * gap * gap') }} as noise
    from control_gaps
    group by design, outcome, split_id, household_id

),

control_sums as (

    select
        design,
        outcome,
        split_id,
        sum(n_units) as n_control,
        {{ exact_sum('noise') }} as repeated_noise
    from household_noise
    group by design, outcome, split_id

),

final as (

    select
        treated_sums.design,
        treated_sums.outcome,
        'ATT of the matched' as estimand,
        '1:1 matching' as estimator,
        treated_sums.split_id,
        treated_sums.estimate,
        sqrt(treated_sums.squared_deviations + control_sums.repeated_noise)
        / treated_sums.n_treated as std_error,
        treated_sums.n_treated,
        control_sums.n_control
    from treated_sums
    inner join control_sums
        on
            treated_sums.design = control_sums.design
            and treated_sums.outcome = control_sums.outcome
            and treated_sums.split_id = control_sums.split_id
    where
        treated_sums.n_treated >= {{ var('min_group_households') }}
        and control_sums.n_control >= {{ var('min_group_households') }}

)

select * from final
order by design, outcome, estimand, estimator, split_id
