with

covariate_rows as (

    select * from {{ ref('int_latest_covariate_rows') }}

),

propensities as (

    select * from {{ ref('py_household_propensities') }}

),

final as (

    select
        'covariate' as kind,
        covariate as name,
        household_id,
        covariate_value as drift_value
    from covariate_rows
    union all
    select
        'propensity' as kind,
        'propensity' as name,
        household_id,
        propensity as drift_value
    from propensities
    where propensity is not null

)

select * from final
order by kind, name, household_id
