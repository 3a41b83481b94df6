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

)

select * from final
