with

raw_lines as (

    select * from {{ source('canonical', 'transactions') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('household_id') }} as household_id,
        {{ whole_number('basket_id') }} as basket_id,
        {{ whole_number('product_id') }} as product_id,
        {{ whole_number('store_id') }} as store_id,

        ---------- numbers
        {{ whole_number('day') }} as day,
        {{ whole_number('week') }} as week,
        cast({{ whole_number('quantity') }} as decimal(18, 4)) as quantity,
        -- Cast through double, because DuckDB 1.5 reads the text 8.9e-16 as 0.01.
        try_cast(try_cast(sales_value as double) as decimal(18, 4)) as sales_value,
        try_cast(try_cast(retail_discount as double) as decimal(18, 4))
            as retail_discount,
        try_cast(try_cast(coupon_discount as double) as decimal(18, 4))
            as coupon_discount,
        try_cast(try_cast(coupon_match_discount as double) as decimal(18, 4))
            as coupon_match_discount,

        ---------- dates
        try_cast(transacted_on as date) as transacted_on,

        ---------- the row as it came, for the report on rejected rows
        raw_lines as raw_row
    from raw_lines

)

select * from final
