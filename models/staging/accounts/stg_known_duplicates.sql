{{ config(materialized='table') }}

with

checked_coupons as (

    select count(*) as n_rows
    from {{ ref('base_coupons') }}
    where reject_reason is null

),

kept_coupons as (

    select count(*) as n_rows from {{ ref('stg_coupons') }}

),

checked_promotions as (

    select count(*) as n_rows
    from {{ ref('base_promotions') }}
    where reject_reason is null

),

kept_promotions as (

    select count(*) as n_rows from {{ ref('stg_promotions') }}

),

repeated_rows as (

    {% if setting('edition') == 'canonical' -%}
    select
        'transactions' as table_name,
        sum(n_raw_rows) as n_rows,
        sum(n_raw_rows - 1) as n_duplicates
    from {{ ref('base_transactions') }}
    where reject_reason is null
    having count(*) > 0
    union all
    {% endif -%}
    {% for table_name in ['products', 'households', 'campaigns', 'campaign_targets'] -%}
    select
        '{{ table_name }}' as table_name,
        count(*) as n_rows,
        count(*) filter (where is_repeat) as n_duplicates
    from {{ ref('base_' ~ table_name) }}
    where reject_reason is null
    having n_duplicates > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (

    select
        'coupons' as table_name,
        checked_coupons.n_rows,
        checked_coupons.n_rows - kept_coupons.n_rows as n_duplicates
    from checked_coupons
    cross join kept_coupons
    union all
    select
        'promotions' as table_name,
        checked_promotions.n_rows,
        checked_promotions.n_rows - kept_promotions.n_rows as n_duplicates
    from checked_promotions
    cross join kept_promotions
    union all
    select
        table_name,
        n_rows,
        n_duplicates
    from repeated_rows

)

select * from final
