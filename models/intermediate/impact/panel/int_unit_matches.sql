with

coupon_lines as (

    select * from {{ ref('int_campaign_coupon_lines') }}

),

units as (

    select *
    from {{ ref('int_impact_units') }}
    where is_sent

),

contact_cost as (

    select *
    from {{ ref('int_contact_cost') }}
    where retailer_funded + redeemed_retailer_funded > 0

),

final as (

    select
        coupon_lines.campaign_id,
        coupon_lines.household_id,
        coupon_lines.basket_id,
        coupon_lines.product_id,
        coupon_lines.day,
        coupon_lines.coupon_match_discount as coupon_match
    from coupon_lines
    cross join contact_cost
    inner join units
        on
            coupon_lines.campaign_id = units.campaign_id
            and coupon_lines.household_id = units.household_id
    where contact_cost.retailer_funded = 1 or coupon_lines.is_recorded_redemption

)

select * from final
order by campaign_id, household_id, basket_id, product_id
