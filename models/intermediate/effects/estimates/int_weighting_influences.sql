with

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

-- Weights that make each arm look like all units, or the controls like the treated.
weighted_units as (

    select
        *,
        'ATE' as estimand,
        is_treated / propensity as treated_weight,
        (1 - is_treated) / (1 - propensity) as control_weight
    from dr_scores
    union all
    select
        *,
        'ATT' as estimand,
        cast(is_treated as double) as treated_weight,
        (1 - is_treated) * propensity / (1 - propensity) as control_weight
    from dr_scores

),

-- Weights are divided by their sum (Hajek). Otherwise an arm whose weights are large by
-- chance would seem to buy more.
averages as (

    select
        design,
        outcome,
        split_id,
        estimand,
        {{ exact_avg('treated_weight') }} as mean_treated_weight,
        {{ exact_avg('control_weight') }} as mean_control_weight,
        {{ exact_sum('treated_weight * outcome_value') }}
        / {{ exact_sum('treated_weight') }} as treated_mean,
        {{ exact_sum('control_weight * outcome_value') }}
        / {{ exact_sum('control_weight') }} as control_mean
    from weighted_units
    group by design, outcome, split_id, estimand

),

-- The propensity counts as known: there is no term for its estimation error.
final as (

    select
        weighted_units.design,
        weighted_units.outcome,
        weighted_units.estimand,
        'IPW' as estimator,
        weighted_units.split_id,
        weighted_units.campaign_id,
        weighted_units.household_id,
        weighted_units.is_treated,
        averages.treated_mean - averages.control_mean as estimate,
        weighted_units.treated_weight
        * (weighted_units.outcome_value - averages.treated_mean)
        / averages.mean_treated_weight
        - weighted_units.control_weight
        * (weighted_units.outcome_value - averages.control_mean)
        / averages.mean_control_weight as influence
    from weighted_units
    inner join averages
        on
            weighted_units.design = averages.design
            and weighted_units.outcome = averages.outcome
            and weighted_units.split_id = averages.split_id
            and weighted_units.estimand = averages.estimand

)

select * from final
order by design, outcome, estimand, estimator, split_id, campaign_id, household_id
