with

shown_pairs as (

    select * from {{ ref('int_positioning_pairs') }}

),

segments as (

    select * from {{ ref('dim_segments') }}

),

profiles as (

    select * from {{ ref('fct_segment_profiles') }}

),

all_households as (

    select * from {{ ref('fct_feature_diagnostics') }}

),

factor_profiles as (

    select * from {{ ref('int_segment_factors') }}

),

axes as (

    select
        'feature' as kind,
        profiles.feature as axis_key,
        profiles.segment_id,
        profiles.feature as variable,
        all_households.unit,
        profiles.mean_value,
        all_households.mean_value as population_mean
    from profiles
    inner join all_households on profiles.feature = all_households.feature
    union all
    select
        'factor' as kind,
        cast(factor as varchar) as axis_key,
        segment_id,
        factor_name as variable,
        'score' as unit,
        mean_score as mean_value,
        population_mean
    from factor_profiles

),

final as (

    select
        shown_pairs.pair_id,
        shown_pairs.pair_name,
        segments.segment_id,
        segments.segment_name,
        x_axis.variable as x_variable,
        y_axis.variable as y_variable,
        x_axis.unit as x_unit,
        y_axis.unit as y_unit,
        x_axis.mean_value as x,
        y_axis.mean_value as y,
        x_axis.population_mean as x_population,
        y_axis.population_mean as y_population,
        case when x_axis.mean_value >= x_axis.population_mean then 'high' else 'low' end
        || ' x, '
        || case
            when y_axis.mean_value >= y_axis.population_mean then 'high' else 'low'
        end
        || ' y' as quadrant,
        segments.household_share
    from shown_pairs
    cross join segments
    inner join axes as x_axis
        on
            shown_pairs.x_kind = x_axis.kind
            and shown_pairs.x_key = x_axis.axis_key
            and segments.segment_id = x_axis.segment_id
    inner join axes as y_axis
        on
            shown_pairs.y_kind = y_axis.kind
            and shown_pairs.y_key = y_axis.axis_key
            and segments.segment_id = y_axis.segment_id

)

select * from final
order by pair_id, segment_id
