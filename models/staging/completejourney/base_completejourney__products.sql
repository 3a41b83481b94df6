with

raw_products as (

    select * from {{ source('completejourney', 'products') }}

),

final as (

    select
        ---------- ids
        product_id,
        manufacturer_id,

        ---------- strings
        department,
        brand,
        product_category as category,
        product_type as subcategory,
        package_size,

        ---------- what only a retailer's own tables have
        cast(null as varchar) as source_product_id,
        cast(null as varchar) as macro_category,
        cast(null as varchar) as problem,
        false as is_repeat,

        ---------- the row as it came, for the report on rejected rows
        raw_products as raw_row
    from raw_products

)

select * from final
