with

candidates as (

    select * from {{ ref('int_need_candidates') }}

),

-- The var sets the need types of all households; the rule chooses those of a tier.
given as (

    select
        'needs' as clustering,
        cast({{ var('n_need_types') or 'null' }} as integer) as n_clusters,
        'k_means' as method,
        'set by var n_need_types' as reason

),

final as (

    {{ chosen_cluster_models('candidates', 'given') }}

)

select * from final
order by clustering
