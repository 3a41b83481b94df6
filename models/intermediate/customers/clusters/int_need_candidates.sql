with

need_metrics as (

    select * from {{ ref('py_need_metrics') }}

),

limits as (

    select * from {{ ref('cluster_choice_limits') }}

),

final as (

    {{ cluster_candidates('need_metrics', 'limits', var('min_segment_stability')) }}

)

select * from final
order by clustering, method, n_clusters
