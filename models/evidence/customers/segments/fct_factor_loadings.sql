with

loadings as (

    select * from {{ ref('py_nmf_loadings') }}

),

factor_names as (

    select * from {{ ref('int_factor_names') }}

),

final as (

    select
        cast(loadings.factor as integer) as factor,
        factor_names.factor_name,
        loadings.feature,
        loadings.loading
    from loadings
    inner join factor_names on loadings.factor = factor_names.factor

)

select * from final
order by factor, feature
