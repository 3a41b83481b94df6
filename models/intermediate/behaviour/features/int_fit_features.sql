with

scaled_features as (

    select * from {{ ref('int_scaled_features') }}
    where window_id = 'full'

),

households as (

    select distinct household_id from scaled_features

),

-- The salted hash orders households randomly, and equally in every build.
drawn_households as (

    select household_id
    from households
    order by
        md5('{{ var("fit_sample_salt") }}' || '|' || cast(household_id as varchar)),
        household_id
    limit {{ var('max_fit_households') }}

),

final as (

    select
        scaled_features.household_id,
        scaled_features.position,
        scaled_features.feature,
        scaled_features.feature_role,
        scaled_features.is_reduced,
        scaled_features.filled_value,
        scaled_features.scaled_value
    from scaled_features
    inner join drawn_households
        on scaled_features.household_id = drawn_households.household_id

)

select * from final
order by household_id, position
