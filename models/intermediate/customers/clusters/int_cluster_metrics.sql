with

segment_metrics as (

    select * from {{ ref('py_segment_metrics') }}

),

need_metrics as (

    select * from {{ ref('py_need_metrics') }}

),

final as (

    select
        'segments' as layer,
        method,
        n_clusters,
        metric,
        value,
        std_error,
        failure
    from segment_metrics
    union all
    select
        layer,
        method,
        n_clusters,
        metric,
        value,
        std_error,
        failure
    from need_metrics

)

select * from final
order by layer, method, n_clusters, metric
