-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}
-- Only a retailer's own ids may be texts; those of the published editions are numbers.
{% set is_own = setting('edition') == 'canonical' %}
{{ config(materialized='table' if is_own else 'view') }}

with

source_ids as (

    {% if is_own -%}
    select 'household' as id_type, household_id as id, source_household_id as source_id
    from {{ ref('base_transactions') }}
    union
    select 'product', product_id, source_product_id from {{ ref('base_transactions') }}
    union
    select 'store', store_id, source_store_id from {{ ref('base_transactions') }}
    union
    {% endif -%}
    select 'product' as id_type, product_id as id, source_product_id as source_id
    from {{ ref('base_products') }}
    union
    select 'campaign', campaign_id, source_campaign_id from {{ ref('base_campaigns') }}
    union
    select 'coupon', coupon_upc, source_coupon_upc from {{ ref('base_coupons') }}

),

final as (

    select
        ---------- ids
        id_type,
        id,

        ---------- strings
        source_id
    from source_ids
    where source_id is not null

)

select * from final
