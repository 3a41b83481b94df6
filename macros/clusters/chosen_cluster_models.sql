{#- The cluster model of each clustering and the rule that chose it, as a query: one row
    per clustering. `candidates` names a relation of the form of cluster_candidates,
    `given` one with the models that the vars ask for (clustering, n_clusters, method,
    reason; n_clusters NULL = the rule decides). Models that pass all gates come first, in
    the order of the vote. Those that are large enough and actionable come next, the most
    stable first. Of equal models the simplest wins.
    Example: mean ranks 5 / 3 of 4 clusters and 4 / 3 of 5 clusters -> 5 clusters. -#}
{% macro chosen_cluster_models(candidates, given) -%}
    with

    ranked_candidates as (

        select
            candidates.*,
            given.n_clusters as given_n_clusters,
            given.method as given_method,
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
        from {{ candidates }} as candidates
        left join {{ given }} as given on candidates.clustering = given.clustering

    )

    select
        clustering,
        method,
        n_clusters,
        stability,
        case
            when given_n_clusters is not null then given_reason
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
    where
        case
            when given_n_clusters is null then choice_rank = 1
            else n_clusters = given_n_clusters and method = given_method
        end
{%- endmacro %}
