with

feature_rows as (

    select * from {{ ref('int_feature_rows') }}

),

features as (

    select * from {{ ref('features') }}

),

unknown_features as (

    select * from {{ ref('int_unknown_features') }}

),

final as (

    select
        feature_rows.household_id,
        feature_rows.window_id,
        feature_rows.n_window_days,
        features.position,
        features.feature,
        features.feature_role,
        features.is_reduced,
        features.fill_rule,
        features.grows_with_window,
        feature_rows.feature_value
    from feature_rows
    inner join features on feature_rows.feature = features.feature
    left join unknown_features on feature_rows.feature = unknown_features.feature
    where unknown_features.feature is null

)

select * from final
