with

latest_covariates as (

    select * from {{ ref('int_latest_covariates') }}

),

covariates as (

    select * from {{ ref('int_covariates') }}

),

numeric_households as (

    select
        household_id,
        cast(columns(* exclude (household_id)) as double)
    from latest_covariates

),

all_rows as (

    unpivot numeric_households
    on columns(* exclude (household_id))
    into name covariate value covariate_value

),

-- Without the columns for groups that the retailer does not have.
final as (

    select
        all_rows.household_id,
        all_rows.covariate,
        all_rows.covariate_value
    from all_rows
    inner join covariates on all_rows.covariate = covariates.covariate

)

select * from final
order by household_id, covariate
