with

points as (

    select * from {{ ref('int_need_points') }}

),

models as (

    select * from {{ ref('py_need_models') }}

),

final as (

    {{ nearest_clusters('points', 'models') }}

)

select * from final
order by clustering, household_id
