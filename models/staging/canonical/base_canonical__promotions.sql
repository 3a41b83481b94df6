with

raw_promotions as (

    select * from {{ source('canonical', 'promotions') }}

),

final as (

    select
        ---------- ids
        try_cast(product_id as bigint) as product_id,
        try_cast(store_id as bigint) as store_id,

        ---------- strings
        nullif(trim(display), '') as display,
        nullif(trim(mailer), '') as mailer,

        ---------- numbers
        try_cast(week as bigint) as week,

        ---------- the row as it came, for the report on rejected rows
        raw_promotions as raw_row
    from raw_promotions

)

select * from final
