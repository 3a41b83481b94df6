with

category_means as (

    select *
    from {{ ref('int_category_means') }}
    where category is null

),

units as (

    select * from {{ ref('int_impact_units') }}

),

final as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        coalesce(category_means.mean_before, 0) as rest_before,
        coalesce(category_means.mean_short, 0) as rest_short,
        coalesce(category_means.mean_long, 0) as rest_long
    from units
    left join category_means
        on
            units.campaign_id = category_means.campaign_id
            and units.household_id = category_means.household_id

)

select * from final
order by campaign_id, household_id
