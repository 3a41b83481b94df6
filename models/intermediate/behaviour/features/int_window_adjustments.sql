with

feature_values as (

    select * from {{ ref('int_feature_values') }}

),

growing_values as (

    select
        household_id,
        window_id,
        feature,
        feature_value
    from feature_values
    where grows_with_window

),

full_values as (

    select
        household_id,
        feature,
        feature_value
    from growing_values
    where window_id = 'full'

),

-- Means over the same households.
window_means as (

    select
        growing_values.window_id,
        growing_values.feature,
        avg(growing_values.feature_value) as window_mean,
        avg(full_values.feature_value) as full_mean
    from growing_values
    inner join full_values
        on
            growing_values.household_id = full_values.household_id
            and growing_values.feature = full_values.feature
    group by growing_values.window_id, growing_values.feature

),

-- Totals grow with the window. On a scale fitted to a year, 91 days of spend would make
-- every household look poor. The ratio of the two means over the same households puts
-- each window on the scale of window full. It is one number per window and feature, so
-- it does not change the ranking inside a window. A window in which nothing was bought
-- has no scale to adjust.
final as (

    select
        window_id,
        feature,
        -- Rounded, so that the order in which threads add up does not matter.
        case
            when full_mean > 0 and window_mean > 0
                then round(full_mean / window_mean, 9)
            else 1
        end as multiplier
    from window_means

)

select * from final
order by window_id, feature
