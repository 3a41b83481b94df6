with

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}

),

redemptions as (

    select * from {{ ref('stg_coupon_redemptions') }}

),

-- A household without a purchase in the first half has no segment there.
first_half_segments as (

    select
        household_segments.household_id,
        household_segments.segment_id
    from household_segments
    inner join window_features
        on
            household_segments.household_id = window_features.household_id
            and household_segments.window_id = window_features.window_id
    where
        household_segments.window_id = 'first_half'
        and window_features.frequency > 0

),

-- A household without a purchase in the second half has sales and visits of 0.
outcomes as (

    select
        window_features.household_id,
        max(window_features.monetary_sales) as sales,
        max(window_features.frequency) as visits,
        count(redemptions.day) > 0 as has_redeemed
    from window_features
    left join redemptions
        on
            window_features.household_id = redemptions.household_id
            and redemptions.day
            between window_features.start_day and window_features.end_day
    where window_features.window_id = 'second_half'
    group by window_features.household_id

),

final as (

    select
        first_half_segments.household_id,
        first_half_segments.segment_id,
        outcomes.sales,
        outcomes.visits,
        outcomes.has_redeemed
    from first_half_segments
    inner join outcomes on first_half_segments.household_id = outcomes.household_id

)

select * from final
order by household_id
