with

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}

),

half_segments as (

    select
        household_segments.household_id,
        household_segments.window_id,
        household_segments.segment_id,
        window_features.frequency
    from household_segments
    inner join window_features
        on
            household_segments.household_id = window_features.household_id
            and household_segments.window_id = window_features.window_id

),

-- Households without a purchase in the first half have no segment there and are left
-- out. Households without a purchase in the second half get segment 0.
final as (

    select
        first_halves.household_id,
        first_halves.segment_id as from_segment_id,
        case when second_halves.frequency > 0 then second_halves.segment_id else 0 end
            as to_segment_id
    from half_segments as first_halves
    inner join half_segments as second_halves
        on
            first_halves.household_id = second_halves.household_id
            and second_halves.window_id = 'second_half'
    where first_halves.window_id = 'first_half' and first_halves.frequency > 0

)

select * from final
order by household_id
