with

units as (

    select * from {{ ref('int_impact_units') }}

),

campaign_weeks as (

    select * from {{ ref('int_campaign_weeks') }}

),

household_weeks as (

    select * from {{ ref('int_household_weeks') }}

),

coupon_product_weeks as (

    select * from {{ ref('int_coupon_product_weeks') }}

),

final as (

    select
        units.campaign_id,
        units.household_id,
        campaign_weeks.relative_week,
        campaign_weeks.week,
        units.is_sent,
        cast(household_weeks.sales_value as double) as sales,
        household_weeks.n_baskets as baskets,
        household_weeks.n_units as units,
        cast(household_weeks.coupon_discount as double) as coupon_discount,
        cast(household_weeks.retail_discount as double) as retail_discount,
        cast(coalesce(coupon_product_weeks.sales_value, 0) as double)
            as coupon_product_sales,
        cast(
            household_weeks.sales_value - coalesce(coupon_product_weeks.sales_value, 0)
            as double
        ) as other_sales
    from units
    inner join campaign_weeks on units.campaign_id = campaign_weeks.campaign_id
    inner join household_weeks
        on
            units.household_id = household_weeks.household_id
            and campaign_weeks.week_number = household_weeks.week_number
    left join coupon_product_weeks
        on
            units.campaign_id = coupon_product_weeks.campaign_id
            and units.household_id = coupon_product_weeks.household_id
            and campaign_weeks.week_number = coupon_product_weeks.week_number

)

select * from final
order by campaign_id, household_id, relative_week
