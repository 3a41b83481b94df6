with

coupons as (

    select * from {{ ref('stg_coupons') }}

),

final as (

    select
        campaign_id,
        product_id,
        count(*) as n_coupons
    from coupons
    group by campaign_id, product_id

)

select * from final
order by campaign_id, product_id
