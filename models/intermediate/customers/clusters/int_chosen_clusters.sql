with

candidates as (

    select * from {{ ref('int_cluster_candidates') }}

),

given as (

    select
        'segments' as clustering,
        cast({{ var('n_segments') or 'null' }} as integer) as n_clusters,
        '{{ var("segment_method") or "k_means" }}' as method,
        'set by var n_segments' as reason
    union all
    select
        'needs' as clustering,
        cast({{ var('n_need_types') or 'null' }} as integer) as n_clusters,
        'k_means' as method,
        'set by var n_need_types' as reason

),

-- Models that pass all gates come first, in the order of the vote; then those that are
-- large enough and actionable, the most stable first. The simplest of equals wins.
ranked_candidates as (

    select
        candidates.*,
        coalesce(
            candidates.n_clusters = given.n_clusters
            and candidates.method = given.method,
            false
        ) as is_given,
        given.n_clusters is not null as has_given,
        given.reason as given_reason,
        row_number() over (
            partition by candidates.clustering
            order by
                candidates.is_candidate desc,
                candidates.is_large_enough and candidates.is_actionable desc,
                candidates.mean_index_rank asc nulls last,
                candidates.stability desc nulls last,
                candidates.n_clusters asc,
                candidates.method desc
        ) as choice_rank
    from candidates
    left join given on candidates.clustering = given.clustering

),

final as (

    select
        clustering,
        method,
        n_clusters,
        stability,
        case
            when has_given then given_reason
            when is_candidate
                then
                    'stable, large enough and actionable; best mean rank of the indices'
            when is_large_enough and is_actionable
                then
                    'no model is stable: the most stable of those large enough and'
                    || ' actionable'
            else 'no model passes the gates: the most stable of all'
        end as reason
    from ranked_candidates
    where case when has_given then is_given else choice_rank = 1 end

)

select * from final
order by clustering
