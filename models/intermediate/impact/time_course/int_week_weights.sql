with

units as (

    select * from {{ ref('int_impact_units') }}

),

-- The propensity is the same for all outcomes.
propensities as (

    select
        campaign_id,
        household_id,
        propensity
    from {{ ref('py_impact_nuisances') }}
    where outcome = 'sales'

),

odds as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        case
            when units.is_sent then 1
            else propensities.propensity / (1 - propensities.propensity)
        end as weight
    from units
    inner join propensities
        on
            units.campaign_id = propensities.campaign_id
            and units.household_id = propensities.household_id

),

-- Others count by their odds to be sent the campaign (Abadie 2005, Review of Economic
-- Studies 72), in weights that sum to one within each arm.
final as (

    select
        campaign_id,
        household_id,
        is_sent,
        count(*) over (partition by campaign_id) as n_units,
        weight / {{ exact_sum(
            'weight', 'over (partition by campaign_id, is_sent)'
        ) }} as weight
    from odds

)

select * from final
order by campaign_id, household_id
