-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_products as (

    select * from {{ ref('base_products') }}

),

final as (

    select
        ---------- ids
        product_id,
        manufacturer_id,

        ---------- strings
        department,
        brand,
        category,
        subcategory,
        package_size
    from checked_products
    where reject_reason is null

)

select * from final
