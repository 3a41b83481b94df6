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

candidates as (

    select * from {{ ref('int_cluster_candidates') }}

),

chosen_clusters as (

    select * from {{ ref('int_chosen_clusters') }}

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

ranks as (

    select
        clustering,
        method,
        n_clusters,
        'mean_index_rank' as metric,
        mean_index_rank as value,
        cast(null as double) as std_error,
        cast(null as varchar) as failure
    from candidates
    where mean_index_rank is not null

),

cluster_values as (

    select
        clustering,
        method,
        n_clusters,
        metric,
        value,
        std_error,
        failure
    from cluster_metrics
    union all
    select
        clustering,
        method,
        n_clusters,
        metric,
        value,
        std_error,
        failure
    from ranks

),

cluster_rows as (

    select
        cluster_values.clustering,
        cluster_values.method,
        cluster_values.n_clusters as k,
        cluster_values.metric,
        cluster_values.value,
        cluster_values.std_error,
        cluster_values.failure,
        coalesce(
            cluster_values.method = chosen_clusters.method
            and cluster_values.n_clusters = chosen_clusters.n_clusters,
            false
        ) as is_chosen,
        chosen_clusters.reason
    from cluster_values
    left join chosen_clusters on cluster_values.clustering = chosen_clusters.clustering

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
