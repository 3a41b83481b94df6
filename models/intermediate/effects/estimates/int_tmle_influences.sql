with

units as (

    select * from {{ ref('int_tmle_units') }}

),

shifts as (

    select * from {{ ref('int_tmle_shifts') }}

),

targeted_units as (

    select
        units.design,
        units.outcome,
        units.campaign_id,
        units.household_id,
        units.split_id,
        units.is_treated,
        units.outcome_value,
        units.arm_weight,
        -- The steps end within rounding of the root.
        round(
            units.lowest_value
            + units.value_range / (1 + exp(-units.log_odds0 - shifts.shift0)),
            9
        ) as targeted_mu0,
        round(
            units.lowest_value
            + units.value_range / (1 + exp(-units.log_odds1 - shifts.shift1)),
            9
        ) as targeted_mu1
    from units
    inner join shifts
        on
            units.design = shifts.design
            and units.outcome = shifts.outcome
            and units.split_id = shifts.split_id

),

-- The doubly robust score on the targeted means. Its residuals sum to 0 in each arm.
scored_units as (

    select
        *,
        targeted_mu1 - targeted_mu0
        + case is_treated
            when 1 then arm_weight * (outcome_value - targeted_mu1)
            else -arm_weight * (outcome_value - targeted_mu0)
        end as targeted_score
    from targeted_units

),

final as (

    select
        design,
        outcome,
        'ATE' as estimand,
        'TMLE' as estimator,
        split_id,
        campaign_id,
        household_id,
        is_treated,
        targeted_mu0,
        targeted_mu1,
        {{ exact_avg('targeted_score', 'over split_units') }} as estimate,
        targeted_score
        - {{ exact_avg('targeted_score', 'over split_units') }} as influence
    from scored_units
    window split_units as (partition by design, outcome, split_id)

)

select * from final
order by design, outcome, estimand, estimator, split_id, campaign_id, household_id
