with

feature_rows as (

    select * from {{ ref('int_feature_rows') }}
    where window_id = 'full'

),

household_segments as (

    select *
    from {{ ref('int_household_segments') }}
    where window_id = 'full'

),

segments as (

    select * from {{ ref('dim_segments') }}

),

all_households as (

    select * from {{ ref('fct_feature_diagnostics') }}

),

segment_values as (

    select
        segments.segment_id,
        segments.segment_name,
        feature_rows.feature,
        count(*) as n_households,
        count(feature_rows.feature_value) as n_values,
        {{ exact_avg('feature_rows.feature_value') }} as mean_value,
        {{ exact_std_dev('feature_rows.feature_value') }} as std_dev,
        quantile_cont(feature_rows.feature_value, 0.10) as p10,
        quantile_cont(feature_rows.feature_value, 0.50) as p50,
        quantile_cont(feature_rows.feature_value, 0.90) as p90
    from feature_rows
    inner join household_segments
        on feature_rows.household_id = household_segments.household_id
    inner join segments on household_segments.segment_id = segments.segment_id
    group by segments.segment_id, segments.segment_name, feature_rows.feature

),

final as (

    select
        segment_values.segment_id,
        segment_values.segment_name,
        segment_values.feature,
        all_households.position,
        all_households.feature_role,
        all_households.is_reduced,
        cast(segment_values.n_households as integer) as n_households,
        cast(segment_values.n_values as integer) as n_values,
        segment_values.mean_value,
        segment_values.std_dev,
        (segment_values.mean_value - all_households.mean_value)
        / nullif(all_households.std_dev, 0) as z_score,
        segment_values.p10,
        segment_values.p50,
        segment_values.p90,
        -- A segment without a value is last.
        cast(
            rank() over (
                partition by segment_values.feature
                order by segment_values.mean_value desc nulls last
            ) as integer
        ) as segment_rank
    from segment_values
    inner join all_households on segment_values.feature = all_households.feature

)

select * from final
order by segment_id, position
