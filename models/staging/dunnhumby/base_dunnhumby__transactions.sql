{% set raw = raw_table('dunnhumby', 'transaction_data') %}

with

raw_lines as (

    select * from {{ empty_if_absent('dunnhumby', 'transaction_data') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('household_key') }} as household_id,
        {{ whole_number('basket_id') }} as basket_id,
        {{ whole_number('product_id') }} as product_id,
        {{ whole_number('store_id') }} as store_id,

        ---------- numbers
        {{ whole_number('day') }} as day,
        -- The week is never computed from the day, because only the file's own calendar
        -- agrees with its promotions.
        {{ whole_number('week_no') }} as week,
        cast({{ whole_number('quantity') }} as decimal(18, 4)) as quantity,
        -- Cast through double, because DuckDB 1.5 reads the text 8.9e-16 as 0.01.
        try_cast(try_cast(sales_value as double) as decimal(18, 4)) as sales_value,
        -- Discounts are zero or negative in these files.
        -try_cast(try_cast(retail_disc as double) as decimal(18, 4)) as retail_discount,
        -try_cast(try_cast(coupon_disc as double) as decimal(18, 4)) as coupon_discount,
        -try_cast(try_cast(coupon_match_disc as double) as decimal(18, 4))
            as coupon_match_discount,

        ---------- dates
        -- The release has no dates. Day 285 is 2017-01-01 in the publisher's own
        -- one-year edition of the same households. The day is a smallint, because a
        -- mistyped day may lie beyond the last date that exists.
        date '2016-03-22' + try_cast(day as smallint) as transacted_on,
        {{ stated_time(raw, 'day') }} as transaction_time,

        ---------- the row as it came, for the report on rejected rows
        raw_lines as raw_row
    from raw_lines

)

select * from final
