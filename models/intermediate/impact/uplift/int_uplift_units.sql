with

covariates as (

    select * from {{ ref('int_impact_covariates') }}

),

changes as (

    select *
    from {{ ref('int_unit_changes') }}
    where outcome = 'sales'

),

sampled_units as (

    select * from {{ ref('int_regression_units') }}

),

nuisances as (

    select *
    from {{ ref('py_impact_nuisances') }}
    where outcome = 'sales'

),

final as (

    select
        covariates.*,
        changes.change
    from covariates
    inner join changes
        on
            covariates.campaign_id = changes.campaign_id
            and covariates.household_id = changes.household_id
    inner join sampled_units
        on
            covariates.campaign_id = sampled_units.campaign_id
            and covariates.household_id = sampled_units.household_id
    inner join nuisances
        on
            covariates.campaign_id = nuisances.campaign_id
            and covariates.household_id = nuisances.household_id

)

select * from final
order by campaign_id, household_id
