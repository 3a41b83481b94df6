{% set is_own = setting('edition') == 'canonical' %}

with

edition_products as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__products') }}

),

numbered_products as (

    select
        *,
        row_number() over (
            partition by product_id, is_repeat
            order by department, brand, category, subcategory
        ) as key_row_number
    from edition_products

),

final as (

    select
        product_id,
        manufacturer_id,
        department,
        brand,
        category,
        subcategory,
        package_size,
        macro_category,
        source_product_id,
        is_repeat,
        case
            when problem is not null then problem
            when product_id is null then 'product_id is not a whole number'
            {% if not is_own -%}
            when brand not in ('National', 'Private') then 'unknown brand'
            {% endif -%}
            when is_repeat then null
            when key_row_number > 1 then 'duplicated key (product_id)'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from numbered_products

)

select * from final
