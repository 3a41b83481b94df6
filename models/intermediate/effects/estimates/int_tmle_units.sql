{% set least_mean = var('tmle_mean_bound') %}

with

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

bounds as (

    select
        design,
        outcome,
        min(outcome_value) as lowest_value,
        max(outcome_value) - min(outcome_value) as value_range
    from dr_scores
    group by design, outcome

),

-- Outcomes and means on the scale from the lowest to the highest observed outcome. An
-- outcome that never varies has no such scale; the value of one half leaves its means
-- unchanged.
scaled_units as (

    select
        dr_scores.design,
        dr_scores.outcome,
        dr_scores.campaign_id,
        dr_scores.household_id,
        dr_scores.split_id,
        dr_scores.is_treated,
        dr_scores.outcome_value,
        dr_scores.propensity,
        bounds.lowest_value,
        bounds.value_range,
        coalesce(
            (dr_scores.outcome_value - bounds.lowest_value)
            / nullif(bounds.value_range, 0),
            0.5
        ) as scaled_outcome,
        coalesce(
            (dr_scores.mu0 - bounds.lowest_value) / nullif(bounds.value_range, 0), 0.5
        ) as scaled_mu0,
        coalesce(
            (dr_scores.mu1 - bounds.lowest_value) / nullif(bounds.value_range, 0), 0.5
        ) as scaled_mu1
    from dr_scores
    inner join bounds
        on
            dr_scores.design = bounds.design
            and dr_scores.outcome = bounds.outcome

),

-- A mean at or beyond an end of the scale has no log-odds.
bounded_units as (

    select
        * exclude (scaled_mu0, scaled_mu1),
        least(1 - {{ least_mean }}, greatest({{ least_mean }}, scaled_mu0))
            as scaled_mu0,
        least(1 - {{ least_mean }}, greatest({{ least_mean }}, scaled_mu1))
            as scaled_mu1
    from scaled_units

),

final as (

    select
        design,
        outcome,
        campaign_id,
        household_id,
        split_id,
        is_treated,
        outcome_value,
        lowest_value,
        value_range,
        scaled_outcome,
        ln(scaled_mu0 / (1 - scaled_mu0)) as log_odds0,
        ln(scaled_mu1 / (1 - scaled_mu1)) as log_odds1,
        case is_treated
            when 1 then ln(scaled_mu1 / (1 - scaled_mu1))
            else ln(scaled_mu0 / (1 - scaled_mu0))
        end as log_odds_of_arm,
        case is_treated when 1 then 1 / propensity else 1 / (1 - propensity) end
            as arm_weight
    from bounded_units

)

select * from final
order by design, outcome, split_id, campaign_id, household_id
