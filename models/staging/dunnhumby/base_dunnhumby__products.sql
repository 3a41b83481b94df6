with

raw_products as (

    select * from {{ empty_if_absent('dunnhumby', 'product') }}

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
