with

points as (

    select
        'segments' as clustering,
        household_id,
        window_id,
        factor as axis,
        score as axis_value
    from {{ ref('int_factor_scores') }}

),

models as (

    select
        'segments' as clustering,
        *
    from {{ ref('py_segment_model') }}

),

household_clusters as (

    {{ nearest_clusters('points', 'models') }}

),

final as (

    select
        household_id,
        window_id,
        cluster,
        cost
    from household_clusters

)

select * from final
order by window_id, household_id
