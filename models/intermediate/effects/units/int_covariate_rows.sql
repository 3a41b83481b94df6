with

estimation_units as (

    select * exclude (is_main_design)
    from {{ ref('int_estimation_units') }}
    where is_main_design

),

covariates as (

    select * from {{ ref('covariates') }}

),

numeric_units as (

    select
        design,
        campaign_id,
        household_id,
        is_treated,
        cast(
            columns(* exclude (design, campaign_id, household_id, is_treated)) as double
        )
    from estimation_units

),

column_rows as (

    unpivot numeric_units
    on columns(* exclude (design, campaign_id, household_id, is_treated))
    into name covariate value covariate_value

),

-- A column with one value in a design is no covariate of it, such as demographics in a
-- design that does not use them or the campaigns before the first campaign.
varying_columns as (

    select
        design,
        covariate
    from column_rows
    group by design, covariate
    having min(covariate_value) < max(covariate_value)

),

final as (

    select
        column_rows.design,
        column_rows.campaign_id,
        column_rows.household_id,
        column_rows.is_treated,
        column_rows.covariate,
        covariates.covariate_group,
        column_rows.covariate_value
    from column_rows
    -- The other columns of a unit are outcomes.
    inner join covariates on column_rows.covariate = covariates.covariate
    inner join varying_columns
        on
            column_rows.design = varying_columns.design
            and column_rows.covariate = varying_columns.covariate

)

select * from final
order by design, covariate, campaign_id, household_id
