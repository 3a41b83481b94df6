with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

),

comparable_units as (

    select * from {{ ref('int_comparable_units') }}

),

populations as (

    select unnest(['all', 'comparable']) as population

),

-- A population without a unit keeps its rows, so that its counts are 0.
final as (

    select
        unit_propensities.design,
        populations.population,
        unit_propensities.split_id,
        unit_propensities.campaign_id,
        unit_propensities.household_id,
        unit_propensities.is_treated,
        unit_propensities.propensity,
        unit_propensities.raw_propensity,
        populations.population = 'all' or comparable_units.is_comparable as is_inside
    from unit_propensities
    inner join comparable_units
        on
            unit_propensities.design = comparable_units.design
            and unit_propensities.split_id = comparable_units.split_id
            and unit_propensities.campaign_id = comparable_units.campaign_id
            and unit_propensities.household_id = comparable_units.household_id
    cross join populations

)

select * from final
order by design, population, split_id, campaign_id, household_id
