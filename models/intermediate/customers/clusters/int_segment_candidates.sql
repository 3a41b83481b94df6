with

segment_metrics as (

    select
        'segments' as clustering,
        *
    from {{ ref('py_segment_metrics') }}

),

limits as (

    select * from {{ ref('cluster_choice_limits') }}

),

final as (

    {{ cluster_candidates('segment_metrics', 'limits', var('min_segment_stability')) }}

)

select * from final
order by clustering, method, n_clusters
