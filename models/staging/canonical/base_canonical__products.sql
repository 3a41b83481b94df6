{% set raw = raw_table('canonical', 'products') %}

with

raw_products as (

    select * from {{ raw.relation }}

),

stated_products as (

    select
        ---------- ids
        {{ source_key(raw, 'product_id') }} as product_id,
        {{ source_spelling(raw, 'product_id') }} as source_product_id,
        {{ source_key(raw, 'manufacturer_id') }} as manufacturer_id,

        ---------- strings
        {{ stated_text(raw, 'department') }} as department,
        {{ stated_text(raw, 'brand') }} as brand,
        {{ stated_text(raw, 'category') }} as category,
        {{ stated_text(raw, 'subcategory') }} as subcategory,
        {{ stated_text(raw, 'package_size') }} as package_size,
        {{ stated_text(raw, 'macro_category') }} as macro_category,

        ---------- what is wrong with the row, and the row as it came
        {{ source_key_problem(raw, 'product_id') }} as problem,
        raw_products as raw_row
    from raw_products

),

final as (

    select
        *,
        row_number() over (
            partition by
                product_id,
                manufacturer_id,
                department,
                brand,
                category,
                subcategory,
                package_size,
                macro_category
        ) > 1 and product_id is not null as is_repeat
    from stated_products

)

select * from final
