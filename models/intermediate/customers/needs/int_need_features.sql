with

clusters as (

    select * from {{ ref('int_need_clusters') }}

),

need_features as (

    select * from {{ ref('int_scaled_features') }}
    where feature_role = 'need' and window_id = 'full'

),

-- The need clusters of a tier are compared with the tier, not with all households.
clustering_spreads as (

    select
        clusters.clustering,
        need_features.feature,
        {{ exact_avg('need_features.scaled_value') }} as mean_value,
        {{ exact_std_dev('need_features.scaled_value') }} as std_dev
    from clusters
    inner join need_features on clusters.household_id = need_features.household_id
    group by clusters.clustering, need_features.feature

),

cluster_means as (

    select
        clusters.clustering,
        clusters.cluster,
        need_features.position,
        need_features.feature,
        count(*) as n_households,
        {{ exact_avg('need_features.scaled_value') }} as mean_value
    from clusters
    inner join need_features on clusters.household_id = need_features.household_id
    group by
        clusters.clustering,
        clusters.cluster,
        need_features.position,
        need_features.feature

),

final as (

    select
        cluster_means.clustering,
        cluster_means.cluster,
        cluster_means.n_households,
        cluster_means.position,
        cluster_means.feature,
        cluster_means.mean_value,
        clustering_spreads.mean_value as clustering_mean,
        round(
            (cluster_means.mean_value - clustering_spreads.mean_value)
            / nullif(clustering_spreads.std_dev, 0),
            9
        ) as z_score
    from cluster_means
    inner join clustering_spreads
        on
            cluster_means.clustering = clustering_spreads.clustering
            and cluster_means.feature = clustering_spreads.feature

)

select * from final
order by clustering, cluster, position
