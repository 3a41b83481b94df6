with

raw_products as (

    select * from {{ source('dunnhumby', 'product') }}

),

final as (

    select
        ---------- ids
        {{ whole_number('product_id') }} as product_id,
        {{ whole_number('manufacturer') }} as manufacturer_id,

        ---------- strings
        nullif(trim(department), '') as department,
        nullif(trim(brand), '') as brand,
        nullif(trim(commodity_desc), '') as category,
        nullif(trim(sub_commodity_desc), '') as subcategory,
        nullif(trim(curr_size_of_product), '') as package_size,

        ---------- the row as it came, for the report on rejected rows
        raw_products as raw_row
    from raw_products

)

select * from final
