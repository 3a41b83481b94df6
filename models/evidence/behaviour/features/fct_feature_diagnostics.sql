with

feature_rows as (

    select * from {{ ref('int_feature_rows') }}
    where window_id = 'full'

),

features as (

    select * from {{ ref('features') }}

),

unknown_features as (

    select * from {{ ref('int_unknown_features') }}

),

feature_moments as (

    select
        feature,
        count(*) as n_households,
        count(*) - count(feature_value) as n_missing,
        {{ exact_avg('feature_value') }} as mean_value,
        {{ exact_std_dev('feature_value') }} as std_dev,
        count(*) filter (where feature_value = 0)
        / nullif(cast(count(feature_value) as double), 0) as zero_share,
        min(feature_value) as min_value,
        quantile_cont(feature_value, 0.01) as p01,
        quantile_cont(feature_value, 0.10) as p10,
        quantile_cont(feature_value, 0.25) as p25,
        quantile_cont(feature_value, 0.50) as p50,
        quantile_cont(feature_value, 0.75) as p75,
        quantile_cont(feature_value, 0.90) as p90,
        quantile_cont(feature_value, 0.99) as p99,
        max(feature_value) as max_value
    from feature_rows
    group by feature

),

-- Values are in standard deviations, so that cubes of dollars and of shares are of the
-- same size.
standard_values as (

    select
        feature_rows.feature,
        (feature_rows.feature_value - feature_moments.mean_value)
        / nullif(feature_moments.std_dev, 0) as z_value
    from feature_rows
    inner join feature_moments on feature_rows.feature = feature_moments.feature

),

-- Adjusted Fisher-Pearson coefficient (Joanes and Gill 1998, G1).
skews as (

    select
        feature,
        count(z_value)
        / nullif((count(z_value) - 1.0) * (count(z_value) - 2.0), 0)
        * {{ exact_sum('z_value * z_value * z_value') }} as skewness
    from standard_values
    group by feature

),

final as (

    select
        features.feature,
        features.position,
        features.feature_role,
        features.unit,
        features.is_reduced,
        cast(feature_moments.n_households as integer) as n_households,
        cast(feature_moments.n_missing as integer) as n_missing,
        feature_moments.mean_value,
        feature_moments.std_dev,
        skews.skewness,
        feature_moments.zero_share,
        feature_moments.min_value,
        feature_moments.p01,
        feature_moments.p10,
        feature_moments.p25,
        feature_moments.p50,
        feature_moments.p75,
        feature_moments.p90,
        feature_moments.p99,
        feature_moments.max_value,
        unknown_features.reason as unknown_because
    from feature_moments
    inner join features on feature_moments.feature = features.feature
    inner join skews on feature_moments.feature = skews.feature
    left join unknown_features on feature_moments.feature = unknown_features.feature

)

select * from final
order by position
