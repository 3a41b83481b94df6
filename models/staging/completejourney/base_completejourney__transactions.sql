with

raw_lines as (

    select * from {{ source('completejourney', 'transactions') }}

),

-- Time stamps are UTC. In the shop's own time zone each shopping date belongs to one
-- week; UTC dates split 51 days over two weeks.
dated_lines as (

    select
        raw_lines.*,
        timezone(
            'America/New_York', timezone('UTC', raw_lines.transaction_timestamp)
        ) as shopping_moment,
        cast(shopping_moment as date) as shopping_date,
        raw_lines as raw_row
    from raw_lines

),

final as (

    select
        ---------- ids
        household_id,
        basket_id,
        product_id,
        store_id,

        ---------- numbers
        date_diff('day', date '2016-12-31', shopping_date) as day,
        week,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(sales_value as decimal(18, 4)) as sales_value,
        cast(retail_disc as decimal(18, 4)) as retail_discount,
        cast(coupon_disc as decimal(18, 4)) as coupon_discount,
        cast(coupon_match_disc as decimal(18, 4)) as coupon_match_discount,

        ---------- dates
        shopping_date as transacted_on,
        -- The two-year release has hours and minutes; these seconds are invented.
        cast(date_trunc('minute', shopping_moment) as time) as transaction_time,

        ---------- the row as it came, for the report on rejected rows
        raw_row
    from dated_lines

)

select * from final
