with

raw_promotions as (

    select * from {{ source('dunnhumby', 'causal_data') }}

),

final as (

    select
        ---------- ids
        -- Narrow types: the keys of 37 million rows are grouped in stg_promotions.
        try_cast(product_id as integer) as product_id,
        try_cast(store_id as integer) as store_id,

        ---------- strings
        display,
        mailer,

        ---------- numbers
        try_cast(week_no as smallint) as week,

        ---------- the row as it came, for the report on rejected rows
        raw_promotions as raw_row
    from raw_promotions

)

select * from final
