with

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}

),

segment_values as (

    select
        household_segments.segment_id,
        avg(window_features.monetary_sales) as mean_sales,
        median(window_features.recency) as median_recency
    from household_segments
    inner join window_features
        on
            household_segments.household_id = window_features.household_id
            and household_segments.window_id = window_features.window_id
    where household_segments.window_id = 'full'
    group by household_segments.segment_id

),

all_values as (

    select avg(monetary_sales) as mean_sales
    from window_features
    where window_id = 'full'

),

final as (

    select
        segment_values.segment_id,
        segment_values.median_recency >= {{ var('lapsing_recency_days') }}
            as is_lapsing,
        case
            when
                segment_values.mean_sales
                >= {{ var('high_value_ratio') }} * all_values.mean_sales
                then 'High'
            when
                segment_values.mean_sales
                <= {{ var('low_value_ratio') }} * all_values.mean_sales
                then 'Low'
            else 'Mid'
        end as value_word
    from segment_values
    cross join all_values

)

select * from final
order by segment_id
