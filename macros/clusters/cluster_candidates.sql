{#- Cluster models against three gates, as a query: one row per clustering, method and
    size that could be fitted. `metrics` names a relation of measures in long form
    (clustering, method, n_clusters, metric, value, failure), `limits` one of the form of
    seed cluster_choice_limits. Only models that pass all gates are ranked: the indices
    silhouette, Calinski-Harabasz and Davies-Bouldin have one vote each.
    Example: ranks 1, 2 and 2 in the three indices -> mean_index_rank 5 / 3. -#}
{% macro cluster_candidates(metrics, limits, min_stability) -%}
    with

    models as (

        select
            clustering,
            method,
            n_clusters,
            max(value) filter (where metric = 'stability') as stability,
            max(value) filter (where metric = 'smallest_share') as smallest_share,
            max(value) filter (where metric = 'silhouette') as silhouette,
            max(value) filter (where metric = 'calinski_harabasz')
                as calinski_harabasz,
            max(value) filter (where metric = 'davies_bouldin') as davies_bouldin
        from {{ metrics }}
        where failure is null
        group by clustering, method, n_clusters

    ),

    gated_models as (

        select
            models.*,
            coalesce(models.stability >= {{ min_stability }}, false) as is_stable,
            models.smallest_share >= {{ limits }}.min_share as is_large_enough,
            models.n_clusters
            between {{ limits }}.min_clusters and {{ limits }}.max_clusters
                as is_actionable
        from models
        inner join {{ limits }}
            on models.clustering like {{ limits }}.clustering_pattern

    ),

    voters as (

        select
            *,
            is_stable and is_large_enough and is_actionable as is_candidate
        from gated_models

    )

    select
        *,
        case
            when is_candidate
                then (
                    rank() over (
                        partition by clustering, is_candidate order by silhouette desc
                    )
                    + rank() over (
                        partition by clustering, is_candidate
                        order by calinski_harabasz desc
                    )
                    + rank() over (
                        partition by clustering, is_candidate
                        order by davies_bouldin asc
                    )
                ) / 3
        end as mean_index_rank
    from voters
{%- endmacro %}
