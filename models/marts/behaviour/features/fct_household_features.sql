with

window_features as (

    select * from {{ ref('int_window_features') }}

),

final as (

    select
        cast(window_features.household_id as bigint) as household_id,
        window_features.window_id,
        cast(window_features.start_day as integer) as start_day,
        cast(window_features.end_day as integer) as end_day,
        {{ cast_features('window_features') }},
        cast(window_features.returned_sales as decimal(18, 2)) as returned_sales,
        window_features.returned_share
    from window_features

)

select * from final
