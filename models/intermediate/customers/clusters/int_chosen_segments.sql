with

candidates as (

    select * from {{ ref('int_segment_candidates') }}

),

given as (

    select
        'segments' as clustering,
        cast({{ var('n_segments') or 'null' }} as integer) as n_clusters,
        '{{ var("segment_method") or "k_means" }}' as method,
        'set by var n_segments' as reason

),

final as (

    {{ chosen_cluster_models('candidates', 'given') }}

)

select * from final
