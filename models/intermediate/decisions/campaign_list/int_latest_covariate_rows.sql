with

latest_covariates as (

    select * from {{ ref('int_latest_covariates') }}

),

numeric_households as (

    select
        household_id,
        cast(columns(* exclude (household_id)) as double)
    from latest_covariates

),

final as (

    unpivot numeric_households
    on columns(* exclude (household_id))
    into name covariate value covariate_value

)

select
    household_id,
    covariate,
    covariate_value
from final
order by household_id, covariate
