with

clusters as (

    select * from {{ ref('int_segment_clusters') }}
    where window_id = 'full'

),

window_features as (

    select * from {{ ref('int_window_features') }}
    where window_id = 'full'

),

-- Segment 1 has the highest mean sales in window full, so that numbers do not depend on
-- the random start of the fit.
final as (

    select
        clusters.cluster,
        row_number() over (
            order by avg(window_features.monetary_sales) desc, clusters.cluster asc
        ) as segment_id
    from clusters
    inner join window_features on clusters.household_id = window_features.household_id
    group by clusters.cluster

)

select * from final
order by segment_id
