with

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

feature_rows as (

    select * from {{ ref('int_feature_rows') }}
    where window_id = 'full'

),

features as (

    select * from {{ ref('features') }}

),

second_halves as (

    select * from {{ ref('int_second_halves') }}

),

demographic_values as (

    select * from {{ ref('int_demographic_values') }}

),

full_segments as (

    select
        household_id,
        segment_id
    from household_segments
    where window_id = 'full'

),

final as (

    select
        full_segments.household_id,
        full_segments.segment_id,
        features.feature as variable,
        case
            when features.is_reduced then 'clustering_feature' else 'other_feature'
        end as variable_group,
        feature_rows.feature_value as number_value,
        cast(null as varchar) as category_value
    from full_segments
    inner join feature_rows on full_segments.household_id = feature_rows.household_id
    inner join features on feature_rows.feature = features.feature
    where feature_rows.feature_value is not null
    union all
    select
        full_segments.household_id,
        full_segments.segment_id,
        demographic_values.variable,
        'demographic' as variable_group,
        cast(null as double) as number_value,
        demographic_values.level as category_value
    from full_segments
    inner join demographic_values
        on full_segments.household_id = demographic_values.household_id
    union all
    select
        household_id,
        segment_id,
        'second_half_sales' as variable,
        'second_half' as variable_group,
        cast(sales as double) as number_value,
        cast(null as varchar) as category_value
    from second_halves
    union all
    select
        household_id,
        segment_id,
        'second_half_visits' as variable,
        'second_half' as variable_group,
        cast(visits as double) as number_value,
        cast(null as varchar) as category_value
    from second_halves
    union all
    select
        household_id,
        segment_id,
        'second_half_has_redeemed' as variable,
        'second_half' as variable_group,
        cast(null as double) as number_value,
        cast(has_redeemed as varchar) as category_value
    from second_halves

)

select * from final
order by variable, household_id
