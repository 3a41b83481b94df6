with

household_features as (

    select * from {{ ref('fct_household_features') }}
    where window_id = 'full'

),

household_segments as (

    select * from {{ ref('int_household_segments') }}
    where window_id = 'full'

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

household_needs as (

    select
        household_id,
        value_tier,
        max(need_type) filter (where need_option = 'across_tiers') as need_type,
        max(need_type) filter (where need_option = 'within_tier') as need_type_in_tier
    from {{ ref('int_household_need_types') }}
    group by household_id, value_tier

),

household_clv as (

    select * from {{ ref('fct_household_clv') }}

),

household_histories as (

    select * from {{ ref('int_household_histories') }}

),

demographics as (

    select * from {{ ref('stg_households') }}

),

other_attributes as (

    select
        household_id,
        string_agg(attribute || ': ' || level, '; ' order by attribute)
            as other_demographics
    from {{ ref('stg_household_attributes') }}
    where
        attribute not in (
            'age', 'income', 'home_ownership', 'marital_status', 'household_size',
            'household_composition', 'kids_count'
        )
    group by household_id

),

final as (

    select
        household_features.household_id,
        {{ source_id('household_features.household_id', 'household') }}
            as source_household_id,
        cast(household_segments.segment_id as integer) as segment_id,
        segment_names.segment_name,
        household_needs.value_tier,
        household_needs.need_type,
        household_needs.need_type_in_tier,
        household_clv.clv,
        {{ cast_features('household_features') }},
        demographics.household_id is not null as has_demographics,
        demographics.age,
        demographics.income,
        demographics.home_ownership,
        demographics.marital_status,
        demographics.household_size,
        demographics.household_composition,
        demographics.kids_count,
        other_attributes.other_demographics,
        household_features.returned_sales,
        household_features.returned_share,
        cast(household_histories.tenure_days as integer) as tenure_days,
        cast(household_histories.tenure_weeks as integer) as tenure_weeks,
        household_histories.sales_trend,
        household_histories.visits_trend,
        household_histories.items_trend,
        percent_rank() over (order by household_features.monetary_sales) as sales_rank,
        percent_rank() over (order by household_features.frequency) as visits_rank,
        cast(household_histories.n_campaigns as integer) as n_campaigns,
        household_histories.campaigns_by_type
    from household_features
    inner join household_segments
        on household_features.household_id = household_segments.household_id
    inner join segment_names on household_segments.segment_id = segment_names.segment_id
    inner join household_needs
        on household_features.household_id = household_needs.household_id
    inner join household_clv
        on household_features.household_id = household_clv.household_id
    inner join household_histories
        on household_features.household_id = household_histories.household_id
    left join demographics
        on household_features.household_id = demographics.household_id
    left join other_attributes
        on household_features.household_id = other_attributes.household_id

)

select * from final
order by household_id
