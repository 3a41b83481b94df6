with

segment_metrics as (

    select
        'segments' as clustering,
        *
    from {{ ref('py_segment_metrics') }}

),

need_metrics as (

    select * from {{ ref('py_need_metrics') }}

),

candidates as (

    select * from {{ ref('int_segment_candidates') }}
    union all
    select * from {{ ref('int_need_candidates') }}

),

final as (

    select
        clustering,
        method,
        n_clusters,
        metric,
        value,
        std_error,
        failure
    from segment_metrics
    union all
    select
        clustering,
        method,
        n_clusters,
        metric,
        value,
        std_error,
        failure
    from need_metrics
    union all
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

)

select * from final
order by clustering, method, n_clusters, metric
