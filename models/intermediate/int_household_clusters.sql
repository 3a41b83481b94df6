with

factor_scores as (

    select * from {{ ref('int_factor_scores') }}

),

centroids as (

    select * from {{ ref('py_kmeans_centroids') }}

),

-- Each household and window against each centroid.
squared_distances as (

    select
        factor_scores.household_id,
        factor_scores.window_id,
        centroids.cluster,
        sum(
            (factor_scores.score - centroids.centroid)
            * (factor_scores.score - centroids.centroid)
        ) as squared_distance
    from factor_scores
    inner join centroids on factor_scores.factor = centroids.factor
    group by
        factor_scores.household_id,
        factor_scores.window_id,
        centroids.cluster

),

ranked_clusters as (

    select
        household_id,
        window_id,
        cluster,
        squared_distance,
        row_number() over (
            partition by household_id, window_id
            order by round(squared_distance, 12), cluster
        ) as cluster_rank
    from squared_distances

),

final as (

    select
        household_id,
        window_id,
        cluster,
        round(sqrt(squared_distance), 12) as centroid_distance
    from ranked_clusters
    where cluster_rank = 1

)

select * from final
order by window_id, household_id
