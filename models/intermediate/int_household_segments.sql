with

clusters as (

    select * from {{ ref('int_household_clusters') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}

),

-- Segment 1 spends most: numbers follow mean sales in window full, so they do not
-- depend on the random start of K-Means.
segment_numbers as (

    select
        clusters.cluster,
        row_number() over (
            order by avg(window_features.monetary_sales) desc, clusters.cluster asc
        ) as segment_id
    from clusters
    inner join window_features
        on
            clusters.household_id = window_features.household_id
            and clusters.window_id = window_features.window_id
    where clusters.window_id = 'full'
    group by clusters.cluster

),

final as (

    select
        clusters.household_id,
        clusters.window_id,
        segment_numbers.segment_id,
        clusters.centroid_distance
    from clusters
    inner join segment_numbers on clusters.cluster = segment_numbers.cluster

)

select * from final
order by window_id, household_id
