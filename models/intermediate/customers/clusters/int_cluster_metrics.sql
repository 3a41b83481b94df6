with

segment_metrics as (

    select * from {{ ref('py_segment_metrics') }}

),

need_metrics as (

    select * from {{ ref('py_need_metrics') }}

),

final as (

    select
        'segments' as clustering,
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

)

select * from final
order by clustering, method, n_clusters, metric
