with

raw_products as (

    select * from {{ source('canonical', 'products') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('product_id') }} as product_id,
        {{ whole_number('manufacturer_id') }} as manufacturer_id,

        ---------- strings
        nullif(trim(department), '') as department,
        nullif(trim(brand), '') as brand,
        nullif(trim(category), '') as category,
        nullif(trim(subcategory), '') as subcategory,
        nullif(trim(package_size), '') as package_size,

        ---------- the row as it came, for the report on rejected rows
        raw_products as raw_row
    from raw_products

)

select * from final
