with

all_values as (

    select * from {{ ref('int_holdout_values') }}

),

-- An outcome that is the same for all units has no effect and no spread.
varying_outcomes as (

    select
        design,
        outcome
    from all_values
    group by design, outcome
    having min(outcome_value) < max(outcome_value)

),

holdout_values as (

    select all_values.*
    from all_values
    inner join varying_outcomes
        on
            all_values.design = varying_outcomes.design
            and all_values.outcome = varying_outcomes.outcome

),

centred_values as (

    select
        *,
        outcome_value - {{ exact_avg('outcome_value', 'over campaign_units') }}
            as centred_outcome,
        lookback_value - {{ exact_avg('lookback_value', 'over campaign_units') }}
            as centred_lookback
    from holdout_values
    window campaign_units as (partition by design, outcome, campaign_id)

),

-- CUPED (Deng et al. 2013) with a slope pooled over arms and campaigns.
slopes as (

    select
        design,
        outcome,
        {{ cuped_slope('centred_outcome', 'centred_lookback') }} as theta
    from centred_values
    group by design, outcome

),

estimators as (

    select
        unnest(['difference in means', 'CUPED']) as estimator,
        unnest(['plain', 'cuped']) as method

),

final as (

    select
        centred_values.design,
        centred_values.outcome,
        estimators.estimator,
        centred_values.campaign_id,
        centred_values.household_id,
        centred_values.is_treated,
        centred_values.is_treated / centred_values.known_propensity as treated_weight,
        (1 - centred_values.is_treated) / (1 - centred_values.known_propensity)
            as control_weight,
        {{ cuped_value(
            'estimators.method',
            'centred_values.outcome_value',
            'slopes.theta',
            'centred_values.centred_lookback',
        ) }} as adjusted_value
    from centred_values
    inner join slopes
        on
            centred_values.design = slopes.design
            and centred_values.outcome = slopes.outcome
    cross join estimators

)

select * from final
order by design, outcome, estimator, campaign_id, household_id
