with

clusters as (

    select * from {{ ref('int_segment_clusters') }}

),

segment_numbers as (

    select * from {{ ref('int_segment_numbers') }}

),

final as (

    select
        clusters.household_id,
        clusters.window_id,
        segment_numbers.segment_id
    from clusters
    inner join segment_numbers on clusters.cluster = segment_numbers.cluster

)

select * from final
order by window_id, household_id
