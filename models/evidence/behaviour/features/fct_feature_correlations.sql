with

feature_rows as (

    select * from {{ ref('int_feature_rows') }}
    where window_id = 'full'

),

diagnostics as (

    select * from {{ ref('fct_feature_diagnostics') }}

),

features as (

    select * from {{ ref('features') }}

),

kept_pairs as (

    select * from {{ ref('kept_feature_pairs') }}

),

positioned_rows as (

    select
        feature_rows.household_id,
        features.feature,
        features.position,
        features.is_reduced,
        -- Deviations from the mean keep the sums of squares small, hence precise.
        feature_rows.feature_value - diagnostics.mean_value as deviation
    from feature_rows
    inner join features on feature_rows.feature = features.feature
    inner join diagnostics on feature_rows.feature = diagnostics.feature
    where feature_rows.feature_value is not null

),

-- Sums are over the households that have a value of both features.
pair_sums as (

    select
        first_rows.position,
        second_rows.position as other_position,
        first_rows.feature,
        second_rows.feature as other_feature,
        first_rows.is_reduced,
        second_rows.is_reduced as other_is_reduced,
        count(*) as n_households,
        {{ exact_sum('first_rows.deviation') }} as sum_first,
        {{ exact_sum('second_rows.deviation') }} as sum_second,
        {{ exact_sum('first_rows.deviation * first_rows.deviation') }} as squares_first,
        {{ exact_sum('second_rows.deviation * second_rows.deviation') }}
            as squares_second,
        {{ exact_sum('first_rows.deviation * second_rows.deviation') }} as products
    from positioned_rows as first_rows
    inner join positioned_rows as second_rows
        on
            first_rows.household_id = second_rows.household_id
            and first_rows.position < second_rows.position
    group by
        first_rows.position,
        second_rows.position,
        first_rows.feature,
        second_rows.feature,
        first_rows.is_reduced,
        second_rows.is_reduced

),

correlations as (

    select
        *,
        (products - sum_first * sum_second / n_households)
        / sqrt(
            nullif(
                greatest(0, squares_first - sum_first * sum_first / n_households)
                * greatest(0, squares_second - sum_second * sum_second / n_households),
                0
            )
        ) as pearson_r
    from pair_sums

),

final as (

    select
        correlations.feature,
        correlations.other_feature,
        cast(correlations.n_households as integer) as n_households,
        correlations.pearson_r,
        correlations.is_reduced,
        correlations.other_is_reduced,
        correlations.is_reduced and correlations.other_is_reduced as is_kept_pair,
        kept_pairs.kept_because
    from correlations
    left join kept_pairs
        on
            correlations.feature = kept_pairs.feature
            and correlations.other_feature = kept_pairs.other_feature
    where abs(correlations.pearson_r) >= {{ var('redundant_correlation') }}

)

select * from final
order by feature, other_feature
