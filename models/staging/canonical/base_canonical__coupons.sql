{% set raw = raw_table('canonical', 'coupons') %}

with

raw_coupons as (

    select * from {{ raw.relation }}

),

final as (

    select
        ---------- ids
        {{ source_key(raw, 'coupon_upc') }} as coupon_upc,
        {{ source_spelling(raw, 'coupon_upc') }} as source_coupon_upc,
        {{ source_key(raw, 'product_id') }} as product_id,
        {{ source_key(raw, 'campaign_id') }} as campaign_id,

        ---------- what is wrong with the row, and the row as it came
        coalesce(
            {{ source_key_problem(raw, 'coupon_upc') }},
            {{ source_key_problem(raw, 'product_id') }},
            {{ source_key_problem(raw, 'campaign_id') }}
        ) as problem,
        raw_coupons as raw_row
    from raw_coupons

)

select * from final
