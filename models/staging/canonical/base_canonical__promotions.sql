with

raw_promotions as (

    select * from {{ optional_source('canonical', 'promotions') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('product_id') }} as product_id,
        {{ whole_number('store_id') }} as store_id,

        ---------- strings
        nullif(trim(display), '') as display,
        nullif(trim(mailer), '') as mailer,

        ---------- numbers
        {{ whole_number('week') }} as week,

        ---------- the row as it came, for the report on rejected rows
        raw_promotions as raw_row
    from raw_promotions

)

select * from final
