with

raw_promotions as (

    select * from {{ source('completejourney', 'promotions') }}

),

final as (

    select
        ---------- ids
        -- Types are narrow, because stg_promotions groups the keys of 21 million rows.
        cast(product_id as integer) as product_id,
        cast(store_id as integer) as store_id,

        ---------- strings
        display_location as display,
        mailer_location as mailer,

        ---------- numbers
        cast(week as smallint) as week,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as problem,

        ---------- the row as it came, for the report on rejected rows
        raw_promotions as raw_row
    from raw_promotions

)

select * from final
