with

raw_redemptions as (

    select * from {{ optional_source('canonical', 'coupon_redemptions') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('household_id') }} as household_id,
        {{ whole_number('coupon_upc') }} as coupon_upc,
        {{ whole_number('campaign_id') }} as campaign_id,

        ---------- numbers
        {{ whole_number('day') }} as day,

        ---------- the row as it came, for the report on rejected rows
        raw_redemptions as raw_row
    from raw_redemptions

)

select * from final
