{#- The cluster model of each clustering and the rule that chose it, as a query: one row
    per clustering. `candidates` names a relation of the form of cluster_candidates,
    `given` one with the models that the vars ask for (clustering, n_clusters, method,
    reason; n_clusters NULL = the rule decides). Models that pass all gates come first, in
    the order of the vote. Those that are large enough and actionable come next, the most
    stable first. Of equal models the simplest wins. A given model that could not be fitted
    gives way to the rule.
    Example: mean ranks 5 / 3 of 4 clusters and 4 / 3 of 5 clusters -> 5 clusters. -#}
{% macro chosen_cluster_models(candidates, given) -%}
    with

    compared_candidates as (

        select
            candidates.*,
            given.n_clusters as given_n_clusters,
            given.reason as given_reason,
            coalesce(
                candidates.n_clusters = given.n_clusters
                and candidates.method = given.method,
                false
            ) as is_given
        from {{ candidates }} as candidates
        left join {{ given }} as given on candidates.clustering = given.clustering

    ),

    ranked_candidates as (

        select
            *,
            row_number() over (
                partition by clustering
                order by
                    is_given desc,
                    is_candidate desc,
                    is_large_enough and is_actionable desc,
                    mean_index_rank asc nulls last,
                    stability desc nulls last,
                    n_clusters asc,
                    method desc
            ) as choice_rank
        from compared_candidates

    )

    select
        clustering,
        method,
        n_clusters,
        stability,
        case
            when not is_given and given_n_clusters is not null
                then given_reason || ' to ' || given_n_clusters
                    || ', which could not be fitted; '
            else ''
        end
        || case
            when is_given then given_reason
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
    where choice_rank = 1
{%- endmacro %}
