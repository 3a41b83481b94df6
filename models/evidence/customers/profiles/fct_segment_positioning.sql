with

pairs as (

    select * from {{ ref('positioning_pairs') }}

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

loadings as (

    select * from {{ ref('py_nmf_loadings') }}

),

-- Factor numbers and names change with the data: an axis asks for the factor that a
-- feature loads highest on.
feature_factors as (

    select
        feature,
        factor
    from loadings
    qualify
        row_number() over (
            partition by feature order by loading desc, factor asc
        ) = 1

),

-- With few factors both axes may ask for the same one, which would put all segments on
-- the diagonal: such a pair shows the two features instead.
shown_pairs as (

    select
        pairs.pair_id,
        pairs.pair_name,
        pairs.x_feature,
        pairs.y_feature,
        case
            when x_factors.factor = y_factors.factor then 'feature' else pairs.x_kind
        end as x_kind,
        case
            when x_factors.factor = y_factors.factor then 'feature' else pairs.y_kind
        end as y_kind
    from pairs
    left join feature_factors as x_factors
        on pairs.x_kind = 'factor' and pairs.x_feature = x_factors.feature
    left join feature_factors as y_factors
        on pairs.y_kind = 'factor' and pairs.y_feature = y_factors.feature

),

axes as (

    select
        'feature' as kind,
        profiles.feature,
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
        feature_factors.feature,
        factor_profiles.segment_id,
        factor_profiles.factor_name as variable,
        'score' as unit,
        factor_profiles.mean_score as mean_value,
        factor_profiles.population_mean
    from feature_factors
    inner join factor_profiles on feature_factors.factor = factor_profiles.factor

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
            and shown_pairs.x_feature = x_axis.feature
            and segments.segment_id = x_axis.segment_id
    inner join axes as y_axis
        on
            shown_pairs.y_kind = y_axis.kind
            and shown_pairs.y_feature = y_axis.feature
            and segments.segment_id = y_axis.segment_id

)

select * from final
order by pair_id, segment_id
