with

unit_changes as (

    select * from {{ ref('int_unit_changes') }}

),

nuisances as (

    select * from {{ ref('py_impact_nuisances') }}

),

-- Plain means of the change. And sent households against others that are weighted to
-- look like them, both less the change that the others' history predicts (Sant'Anna and
-- Zhao 2020, Journal of Econometrics 219(1), with weights that sum to one).
weighted_units as (

    select
        'difference in differences' as estimator,
        campaign_id,
        household_id,
        outcome,
        is_sent,
        cast(1 as double) as weight,
        change as residual
    from unit_changes
    union all
    select
        'doubly robust' as estimator,
        unit_changes.campaign_id,
        unit_changes.household_id,
        unit_changes.outcome,
        unit_changes.is_sent,
        case
            when unit_changes.is_sent then 1
            else nuisances.propensity / (1 - nuisances.propensity)
        end as weight,
        unit_changes.change - nuisances.expected_change as residual
    from unit_changes
    inner join nuisances
        on
            unit_changes.campaign_id = nuisances.campaign_id
            and unit_changes.household_id = nuisances.household_id
            and unit_changes.outcome = nuisances.outcome

),

final as (

    {{ arm_terms('weighted_units', ['estimator', 'campaign_id', 'outcome']) }}

)

select * from final
order by estimator, campaign_id, outcome, household_id
