with

factor_metrics as (

    select * from {{ ref('py_factor_metrics') }}

),

chosen_factors as (

    select * from {{ ref('int_chosen_factors') }}

),

cluster_metrics as (

    select * from {{ ref('int_cluster_metrics') }}

),

chosen_clusters as (

    select * from {{ ref('int_chosen_segments') }}
    union all
    select * from {{ ref('int_chosen_needs') }}

),

factor_rows as (

    select
        'factors' as clustering,
        'nmf' as method,
        factor_metrics.n_factors as k,
        factor_metrics.metric,
        factor_metrics.value,
        factor_metrics.std_error,
        factor_metrics.failure,
        factor_metrics.n_factors = chosen_factors.n_factors as is_chosen,
        chosen_factors.reason
    from factor_metrics
    cross join chosen_factors

),

cluster_rows as (

    select
        cluster_metrics.clustering,
        cluster_metrics.method,
        cluster_metrics.n_clusters as k,
        cluster_metrics.metric,
        cluster_metrics.value,
        cluster_metrics.std_error,
        cluster_metrics.failure,
        coalesce(
            cluster_metrics.method = chosen_clusters.method
            and cluster_metrics.n_clusters = chosen_clusters.n_clusters,
            false
        ) as is_chosen,
        chosen_clusters.reason
    from cluster_metrics
    left join chosen_clusters
        on cluster_metrics.clustering = chosen_clusters.clustering

),

all_rows as (

    select * from factor_rows
    union all
    select * from cluster_rows

),

final as (

    select
        clustering,
        method,
        cast(k as integer) as k,
        coalesce(metric, 'failure') as metric,
        value,
        std_error,
        is_chosen,
        case when metric is null then failure when is_chosen then reason end as reason
    from all_rows

)

select * from final
order by clustering, method, k, metric
