with

latest_covariate_rows as (

    select * from {{ ref('int_latest_covariate_rows') }}

),

final as (

    select
        cast(household_id as bigint) as household_id,
        covariate,
        covariate_value
    from latest_covariate_rows

)

select * from final
order by household_id, covariate
