with

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

covariates as (

    select * from {{ ref('covariates') }}

),

cate_units as (

    select * from {{ ref('int_cate_units') }}

),

final as (

    select
        covariate_rows.design,
        cast(covariate_rows.campaign_id as bigint) as campaign_id,
        cast(covariate_rows.household_id as bigint) as household_id,
        covariate_rows.covariate,
        covariate_rows.covariate_group,
        covariates.position,
        covariate_rows.covariate_value,
        cate_units.is_fit_unit
    from covariate_rows
    inner join covariates on covariate_rows.covariate = covariates.covariate
    left join cate_units
        on
            covariate_rows.design = cate_units.design
            and covariate_rows.campaign_id = cate_units.campaign_id
            and covariate_rows.household_id = cate_units.household_id

)

select * from final
order by design, position, campaign_id, household_id
