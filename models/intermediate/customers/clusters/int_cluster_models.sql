with

segment_model as (

    select * from {{ ref('py_segment_model') }}

),

need_models as (

    select * from {{ ref('py_need_models') }}

),

final as (

    select
        'segments' as clustering,
        cluster,
        axis,
        other_axis,
        centroid,
        other_centroid,
        precision,
        log_weight
    from segment_model
    union all
    select
        clustering,
        cluster,
        axis,
        other_axis,
        centroid,
        other_centroid,
        precision,
        log_weight
    from need_models

)

select * from final
order by clustering, cluster, axis, other_axis
