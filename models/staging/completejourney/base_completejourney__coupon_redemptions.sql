with

raw_redemptions as (

    select * from {{ source('completejourney', 'coupon_redemptions') }}

),

final as (

    select
        ---------- ids
        household_id,
        coupon_upc,
        campaign_id,

        ---------- numbers
        date_diff('day', date '2016-12-31', cast(redemption_date as date)) as day,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as problem,

        ---------- the row as it came, for the report on rejected rows
        raw_redemptions as raw_row
    from raw_redemptions

)

select * from final
