with

units as (

    select * from {{ ref('int_impact_units') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

redemptions as (

    select * from {{ ref('stg_coupon_redemptions') }}

),

campaign_weeks as (

    select * from {{ ref('fct_campaign_weeks') }}

),

redeeming as (

    select distinct
        redemptions.campaign_id,
        redemptions.household_id
    from redemptions
    inner join campaigns on redemptions.campaign_id = campaigns.campaign_id
    where redemptions.day between campaigns.start_day and campaigns.effect_end_day

),

buying as (

    select
        campaign_id,
        household_id,
        bool_or(coupon_product_sales > 0) as has_bought
    from campaign_weeks
    where relative_week between 0 and {{ var('impact_effect_weeks') }} - 1
    group by campaign_id, household_id

),

final as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        cast(redeeming.household_id is not null as integer) as has_redeemed,
        cast(buying.has_bought as integer) as has_bought
    from units
    inner join buying
        on
            units.campaign_id = buying.campaign_id
            and units.household_id = buying.household_id
    left join redeeming
        on
            units.campaign_id = redeeming.campaign_id
            and units.household_id = redeeming.household_id

)

select * from final
order by campaign_id, household_id
