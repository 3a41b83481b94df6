with

units as (

    select * from {{ ref('int_placebo_units') }}

),

nuisances as (

    select * from {{ ref('py_placebo_nuisances') }}

),

-- Both estimators compare weighted means of the arms: plain ones of the change, or ones
-- by the odds of the propensity, of what the change has beyond the expected.
weighted_units as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        unnest(['difference in differences', 'doubly robust']) as estimator,
        unnest([
            1,
            case
                when units.is_sent then 1
                else nuisances.propensity / (1 - nuisances.propensity)
            end
        ]) as weight,
        unnest([units.change, units.change - nuisances.expected_change]) as residual
    from units
    inner join nuisances
        on
            units.campaign_id = nuisances.campaign_id
            and units.household_id = nuisances.household_id

),

final as (

    {{ arm_terms('weighted_units', ['estimator', 'campaign_id']) }}

)

select * from final
order by estimator, campaign_id, household_id
