with

value_tiers as (

    select * from {{ ref('int_value_tiers') }}

),

clusters as (

    select * from {{ ref('int_need_clusters') }}

),

need_types as (

    select * from {{ ref('int_need_types') }}

),

household_options as (

    select
        household_id,
        value_tier,
        'across_tiers' as need_option,
        'needs' as clustering
    from value_tiers
    union all
    select
        household_id,
        value_tier,
        'within_tier' as need_option,
        'needs_' || lower(value_tier) as clustering
    from value_tiers

),

-- A clustering with too few households has no clusters; all its households share a
-- type.
final as (

    select
        household_options.need_option,
        household_options.household_id,
        household_options.value_tier,
        coalesce(need_types.need_type, 'Not told apart') as need_type
    from household_options
    left join clusters
        on
            household_options.household_id = clusters.household_id
            and household_options.clustering = clusters.clustering
    left join need_types
        on
            clusters.clustering = need_types.clustering
            and clusters.cluster = need_types.cluster

)

select * from final
order by need_option, household_id
