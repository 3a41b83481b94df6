with

covariates as (

    select * from {{ ref('covariates') }}

),

category_covariates as (

    select
        covariate,
        replace(attribute, '_', ' ') as attribute,
        category
    from {{ ref('int_category_covariates') }}

),

final as (

    select
        covariates.position,
        covariates.covariate,
        covariates.covariate_group,
        coalesce(
            category_covariates.attribute || ' is ' || category_covariates.category
            || ' (1 or 0)',
            covariates.label
        ) as label,
        coalesce(
            category_covariates.attribute || ' is ' || category_covariates.category,
            covariates.high_words
        ) as high_words,
        coalesce(
            category_covariates.attribute || ' is not ' || category_covariates.category,
            covariates.low_words
        ) as low_words
    from covariates
    left join category_covariates
        on covariates.covariate = category_covariates.covariate
    where
        category_covariates.covariate is not null
        or not starts_with(covariates.covariate, 'own_group_')

)

select * from final
order by position
