with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

unit_outcomes as (

    unpivot estimation_units
    on columns('^(purchase_(amount|count|any)|category_|redemption_)')
    into name outcome value outcome_value

),

-- An outcome that is the same for all units, such as coupons in a design without any,
-- has no effect and no spread to test one with.
varying_outcomes as (

    select
        design,
        outcome
    from unit_outcomes
    group by design, outcome
    having min(outcome_value) < max(outcome_value)

),

-- Placebo designs and variants need no outcome other than sales.
final as (

    select
        unit_outcomes.design,
        unit_outcomes.campaign_id,
        unit_outcomes.household_id,
        unit_outcomes.is_main_design,
        unit_outcomes.is_treated,
        unit_outcomes.outcome,
        unit_outcomes.outcome_value
    from unit_outcomes
    inner join varying_outcomes
        on
            unit_outcomes.design = varying_outcomes.design
            and unit_outcomes.outcome = varying_outcomes.outcome
    where unit_outcomes.is_main_design or unit_outcomes.outcome = 'purchase_amount'

)

select * from final
order by design, outcome, campaign_id, household_id
