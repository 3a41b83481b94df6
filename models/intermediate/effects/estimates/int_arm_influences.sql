with

dr_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where
        outcome in ('purchase_amount', 'purchase_any')
        and is_main_design

),

-- Each estimand weighs a unit's model means (unit_weight) and its residual in its arm
-- (treated_weight or control_weight).
weighted_units as (

    select
        *,
        'ATE' as estimand,
        cast(1 as double) as unit_weight,
        cast(1 as double) as influence_weight,
        is_treated / propensity as treated_weight,
        (1 - is_treated) / (1 - propensity) as control_weight
    from dr_scores
    union all
    select
        *,
        'ATO' as estimand,
        propensity * (1 - propensity) as unit_weight,
        pow(is_treated - propensity, 2) as influence_weight,
        is_treated * (1 - propensity) as treated_weight,
        (1 - is_treated) * propensity as control_weight
    from dr_scores

),

-- Only the overlap weights are divided by their mean in the arm, as in
-- int_effect_influences.
averages as (

    select
        design,
        outcome,
        estimand,
        split_id,
        {{ exact_avg('unit_weight') }} as mean_weight,
        {{ exact_sum('unit_weight * mu1') }} / {{ exact_sum('unit_weight') }}
            as model_if_sent,
        {{ exact_sum('unit_weight * mu0') }} / {{ exact_sum('unit_weight') }}
            as model_if_not_sent,
        case estimand when 'ATE' then 1 else {{ exact_avg('treated_weight') }} end
            as mean_treated_weight,
        case estimand when 'ATE' then 1 else {{ exact_avg('control_weight') }} end
            as mean_control_weight,
        {{ exact_avg('treated_weight * (outcome_value - mu1)') }}
        / case estimand when 'ATE' then 1 else {{ exact_avg('treated_weight') }} end
            as treated_residual,
        {{ exact_avg('control_weight * (outcome_value - mu0)') }}
        / case estimand when 'ATE' then 1 else {{ exact_avg('control_weight') }} end
            as control_residual
    from weighted_units
    group by design, outcome, estimand, split_id

),

final as (

    select
        weighted_units.design,
        weighted_units.outcome,
        weighted_units.estimand,
        weighted_units.split_id,
        weighted_units.campaign_id,
        weighted_units.household_id,
        weighted_units.is_treated,
        averages.model_if_sent + averages.treated_residual as mean_if_sent,
        averages.model_if_not_sent + averages.control_residual as mean_if_not_sent,
        weighted_units.influence_weight
        * (weighted_units.mu1 - averages.model_if_sent) / averages.mean_weight
        + (
            weighted_units.treated_weight
            * (weighted_units.outcome_value - weighted_units.mu1)
            - averages.treated_residual
            * case weighted_units.estimand
                when 'ATE' then 1
                else weighted_units.treated_weight
            end
        ) / averages.mean_treated_weight as influence_if_sent,
        weighted_units.influence_weight
        * (weighted_units.mu0 - averages.model_if_not_sent) / averages.mean_weight
        + (
            weighted_units.control_weight
            * (weighted_units.outcome_value - weighted_units.mu0)
            - averages.control_residual
            * case weighted_units.estimand
                when 'ATE' then 1
                else weighted_units.control_weight
            end
        ) / averages.mean_control_weight as influence_if_not_sent
    from weighted_units
    inner join averages
        on
            weighted_units.design = averages.design
            and weighted_units.outcome = averages.outcome
            and weighted_units.estimand = averages.estimand
            and weighted_units.split_id = averages.split_id

)

select * from final
order by design, outcome, estimand, split_id, campaign_id, household_id
