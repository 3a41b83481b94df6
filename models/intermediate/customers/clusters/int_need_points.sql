with

scaled_features as (

    select * from {{ ref('int_scaled_features') }}
    where feature_role = 'need' and window_id = 'full'

),

value_tiers as (

    select * from {{ ref('int_value_tiers') }}

),

-- Each household is a point among all households and a point within its tier.
final as (

    select
        'needs' as clustering,
        household_id,
        window_id,
        position as axis,
        scaled_value as axis_value
    from scaled_features
    union all
    select
        'needs_' || lower(value_tiers.value_tier) as clustering,
        scaled_features.household_id,
        scaled_features.window_id,
        scaled_features.position as axis,
        scaled_features.scaled_value as axis_value
    from scaled_features
    inner join value_tiers on scaled_features.household_id = value_tiers.household_id

)

select * from final
