with

segment_model as (

    select * from {{ ref('py_segment_model') }}

),

need_models as (

    select * from {{ ref('py_need_models') }}

),

final as (

    select
        'segments' as layer,
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
        layer,
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
order by layer, cluster, axis, other_axis
