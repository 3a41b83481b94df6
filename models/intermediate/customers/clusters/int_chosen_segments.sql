with

candidates as (

    select * from {{ ref('int_segment_candidates') }}

),

metrics as (

    select * from {{ ref('py_segment_metrics') }}

),

given as (

    select
        'segments' as clustering,
        cast({{ var('n_segments') or 'null' }} as integer) as n_clusters,
        '{{ var("segment_method") or "k_means" }}' as method,
        'set by var n_segments' as reason

),

chosen as (

    {{ chosen_cluster_models('candidates', 'given') }}

),

-- Where nothing could be fitted, all households are one segment.
final as (

    select
        clustering,
        method,
        n_clusters,
        stability,
        reason
    from chosen
    union all
    select
        'segments' as clustering,
        'k_means' as method,
        1 as n_clusters,
        cast(null as double) as stability,
        'all households are one segment: ' || min(failure) as reason
    from metrics
    where not exists (select 1 from chosen)
    having count(*) > 0

)

select * from final
