with

metrics as (

    select * from {{ ref('int_cluster_metrics') }}

),

limits as (

    select * from {{ ref('cluster_choice_limits') }}

),

models as (

    select
        clustering,
        method,
        n_clusters,
        max(value) filter (where metric = 'stability') as stability,
        max(value) filter (where metric = 'smallest_share') as smallest_share,
        max(value) filter (where metric = 'silhouette') as silhouette,
        max(value) filter (where metric = 'calinski_harabasz') as calinski_harabasz,
        max(value) filter (where metric = 'davies_bouldin') as davies_bouldin
    from metrics
    where failure is null
    group by clustering, method, n_clusters

),

gated_models as (

    select
        models.*,
        coalesce(
            models.stability >= {{ var('min_segment_stability') }}, false
        ) as is_stable,
        models.smallest_share >= limits.min_share as is_large_enough,
        models.n_clusters between limits.min_clusters and limits.max_clusters
            as is_actionable
    from models
    inner join limits on models.clustering like limits.clustering_pattern

),

-- The three indices vote only among the models that pass all gates.
voters as (

    select
        *,
        is_stable and is_large_enough and is_actionable as is_candidate
    from gated_models

),

votes as (

    select
        *,
        rank() over (partition by clustering, is_candidate order by silhouette desc)
            as silhouette_rank,
        rank() over (partition by clustering, is_candidate order by calinski_harabasz desc)
            as calinski_rank,
        rank() over (partition by clustering, is_candidate order by davies_bouldin asc)
            as davies_rank
    from voters

),

final as (

    select
        clustering,
        method,
        n_clusters,
        stability,
        smallest_share,
        silhouette,
        calinski_harabasz,
        davies_bouldin,
        is_stable,
        is_large_enough,
        is_actionable,
        is_candidate,
        case
            when is_candidate
                then (silhouette_rank + calinski_rank + davies_rank) / 3
        end as mean_index_rank
    from votes

)

select * from final
order by clustering, method, n_clusters
