with

points as (

    select * from {{ ref('int_cluster_points') }}

),

models as (

    select * from {{ ref('int_cluster_models') }}

),

-- Each household and window against each cluster: (x - c)' P (x - c) - 2 w, the squared
-- distance where P is the identity and w is 0 (K-Means).
costs as (

    select
        points.clustering,
        points.household_id,
        points.window_id,
        models.cluster,
        round(
            sum(
                (points.axis_value - models.centroid)
                * (other_points.axis_value - models.other_centroid)
                * models.precision
            )
            - 2 * max(models.log_weight),
            12
        ) as cost
    from models
    inner join points
        on
            models.clustering = points.clustering
            and models.axis = points.axis
    inner join points as other_points
        on
            models.clustering = other_points.clustering
            and models.other_axis = other_points.axis
            and points.household_id = other_points.household_id
            and points.window_id = other_points.window_id
    group by
        points.clustering,
        points.household_id,
        points.window_id,
        models.cluster

),

ranked_clusters as (

    select
        clustering,
        household_id,
        window_id,
        cluster,
        cost,
        row_number() over (
            partition by clustering, household_id, window_id
            order by cost, cluster
        ) as cluster_rank
    from costs

),

final as (

    select
        clustering,
        household_id,
        window_id,
        cluster,
        cost
    from ranked_clusters
    where cluster_rank = 1

)

select * from final
order by clustering, window_id, household_id
