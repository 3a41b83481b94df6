with

raw_redemptions as (

    select * from {{ empty_if_absent('dunnhumby', 'coupon_redempt') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('household_key') }} as household_id,
        {{ whole_number('coupon_upc') }} as coupon_upc,
        {{ whole_number('campaign') }} as campaign_id,

        ---------- numbers
        {{ whole_number('day') }} as day,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as problem,

        ---------- the row as it came, for the report on rejected rows
        raw_redemptions as raw_row
    from raw_redemptions

)

select * from final
