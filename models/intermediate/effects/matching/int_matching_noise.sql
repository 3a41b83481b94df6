with

matched_controls as (

    select * from {{ ref('int_matched_controls') }}

),

unit_outcomes as (

    select * from {{ ref('int_unit_outcomes') }}

),

-- The outcomes of a control and its nearest neighbour differ with twice the variance of
-- either.
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

-- A household that is a control of several campaigns brings the same noise to all of
-- them. Its cross products are the square of the sum minus the sum of squares.
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

final as (

    select
        design,
        outcome,
        split_id,
        sum(n_units) as n_control,
        {{ exact_sum('noise') }} as repeated_noise
    from household_noise
    group by design, outcome, split_id

)

select * from final
order by design, outcome, split_id
