with

feature_values as (

    select * from {{ ref('int_feature_values') }}

),

fit_values as (

    select
        *,
        median(feature_value) over (partition by feature) as median_value
    from feature_values
    where window_id = 'full'

),

filled_values as (

    select
        position,
        feature,
        fill_rule,
        grows_with_window,
        median_value,
        coalesce(
            feature_value,
            {{ feature_fill_value('fill_rule', 'n_window_days', 'median_value') }}
        ) as feature_value
    from fit_values

),

final as (

    select
        feature,
        position,
        fill_rule,
        grows_with_window,
        max(median_value) as median_value,
        quantile_cont(feature_value, {{ var('scaler_tail') }}) as range_low,
        quantile_cont(feature_value, 1 - {{ var('scaler_tail') }}) as range_high
    from filled_values
    group by feature, position, fill_rule, grows_with_window

)

select * from final
order by position
