-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}
-- Only a retailer's own ids may be texts; those of the published editions are numbers.
{% set is_own = setting('edition') == 'canonical' %}
{{ config(materialized='table' if is_own else 'view') }}

with

source_ids as (

    {% if is_own -%}
    select
        'household' as id_type,
        household_id as id,
        source_household_id as source_id
    from {{ ref('base_transactions') }}
    where source_household_id is not null
    union
    select
        'product' as id_type,
        product_id as id,
        source_product_id as source_id
    from {{ ref('base_transactions') }}
    where source_product_id is not null
    union
    select
        'store' as id_type,
        store_id as id,
        source_store_id as source_id
    from {{ ref('base_transactions') }}
    where source_store_id is not null
    union
    {% endif -%}
    select
        'product' as id_type,
        product_id as id,
        source_product_id as source_id
    from {{ ref('base_products') }}
    union
    select
        'campaign' as id_type,
        campaign_id as id,
        source_campaign_id as source_id
    from {{ ref('base_campaigns') }}
    union
    select
        'coupon' as id_type,
        coupon_upc as id,
        source_coupon_upc as source_id
    from {{ ref('base_coupons') }}

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
