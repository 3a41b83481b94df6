with

need_features as (

    select * from {{ ref('int_need_features') }}

),

features as (

    select * from {{ ref('features') }}

),

-- Need 1 has the most households, so that numbers do not depend on the random start.
need_numbers as (

    select
        clustering,
        cluster,
        row_number() over (
            partition by clustering order by max(n_households) desc, cluster asc
        ) as need_id
    from need_features
    group by clustering, cluster

),

-- A label names a feature on which the cluster lies above its clustering.
label_scores as (

    select
        need_features.clustering,
        need_features.cluster,
        features.label,
        max(need_features.z_score) as z_score,
        min(features.position) as position
    from need_features
    inner join features on need_features.feature = features.feature
    where need_features.z_score >= {{ var('min_need_z_score') }}
    group by need_features.clustering, need_features.cluster, features.label

),

ranked_labels as (

    select
        clustering,
        cluster,
        label,
        row_number() over (
            partition by clustering, cluster order by z_score desc, position asc
        ) as label_rank
    from label_scores

),

rule_names as (

    select
        need_numbers.clustering,
        need_numbers.cluster,
        need_numbers.need_id,
        coalesce(
            string_agg(ranked_labels.label, ' + ' order by ranked_labels.label_rank),
            'No Main Need'
        ) as rule_name
    from need_numbers
    left join ranked_labels
        on
            need_numbers.clustering = ranked_labels.clustering
            and need_numbers.cluster = ranked_labels.cluster
            and ranked_labels.label_rank <= 2
    group by need_numbers.clustering, need_numbers.cluster, need_numbers.need_id

),

-- Clusters that get the same name from the rule get their number added.
final as (

    select
        clustering,
        cluster,
        need_id,
        case
            when count(*) over (partition by clustering, rule_name) = 1 then rule_name
            else rule_name || ' ' || need_id
        end as need_type
    from rule_names

)

select * from final
order by clustering, need_id
