with

feature_values as (

    select * from {{ ref('int_feature_values') }}

),

scaler as (

    select * from {{ ref('int_feature_scaler') }}

),

adjustments as (

    select * from {{ ref('int_window_adjustments') }}

),

filled_values as (

    select
        feature_values.household_id,
        feature_values.window_id,
        feature_values.position,
        feature_values.feature,
        feature_values.feature_role,
        feature_values.is_reduced,
        coalesce(
            feature_values.feature_value,
            {{ feature_fill_value(
                'scaler.fill_rule',
                'feature_values.n_window_days',
                'scaler.median_value'
            ) }}
        ) * coalesce(adjustments.multiplier, 1) as feature_value,
        scaler.range_low,
        scaler.range_high
    from feature_values
    inner join scaler on feature_values.feature = scaler.feature
    left join adjustments
        on
            feature_values.window_id = adjustments.window_id
            and feature_values.feature = adjustments.feature

),

-- The range of window full becomes 0 to 1. Values beyond the range are cut, because one
-- extreme value should not dominate a factor score.
final as (

    select
        household_id,
        window_id,
        position,
        feature,
        feature_role,
        is_reduced,
        feature_value as filled_value,
        case
            when range_high = range_low then 0
            else
                greatest(
                    0,
                    least(
                        1, (feature_value - range_low) / (range_high - range_low)
                    )
                )
        end as scaled_value
    from filled_values

)

select * from final
order by window_id, household_id, position
