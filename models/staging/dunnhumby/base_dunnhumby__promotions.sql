with

raw_promotions as (

    select * from {{ empty_if_absent('dunnhumby', 'causal_data') }}

),

final as (

    select
        ---------- ids
        -- Types are narrow, because stg_promotions groups the keys of 37 million rows.
        {{ whole_number('product_id', 'integer') }} as product_id,
        {{ whole_number('store_id', 'integer') }} as store_id,

        ---------- strings
        display,
        mailer,

        ---------- numbers
        {{ whole_number('week_no', 'smallint') }} as week,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as problem,

        ---------- the row as it came, for the report on rejected rows
        raw_promotions as raw_row
    from raw_promotions

)

select * from final
