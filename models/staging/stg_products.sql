-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_products as (

    select * from {{ ref('base_products') }}

),

departments as (

    select * from {{ ref('departments') }}

),

-- What the retailer says of a product goes before what the seed says of its department.
final as (

    select
        ---------- ids
        checked_products.product_id,
        checked_products.manufacturer_id,

        ---------- strings
        checked_products.department,
        checked_products.brand,
        checked_products.category,
        checked_products.subcategory,
        checked_products.package_size,
        coalesce(
            {{ stated_category('checked_products.macro_category') }},
            departments.macro_category,
            'other'
        ) as macro_category,

        ---------- booleans
        coalesce(departments.counts_units, true) as counts_units,
        {{ stated_category('checked_products.macro_category') }} is not null
        or departments.macro_category is not null as is_mapped
    from checked_products
    left join departments on checked_products.department = departments.department
    where checked_products.reject_reason is null and not checked_products.is_repeat

)

select * from final
