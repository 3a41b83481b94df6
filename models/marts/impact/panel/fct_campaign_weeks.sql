with

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

units as (

    select * from {{ ref('int_impact_units') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

household_weeks as (

    select * from {{ ref('int_household_weeks') }}

),

campaign_sales as (

    select
        campaign_sales.campaign_id,
        campaign_sales.household_id,
        weeks.week_number,
        sum(campaign_sales.sales_value) as sales_value
    from {{ ref('int_campaign_sales') }} as campaign_sales
    inner join weeks
        on campaign_sales.day between weeks.first_day and weeks.last_day
    group by
        campaign_sales.campaign_id, campaign_sales.household_id, weeks.week_number

),

campaign_weeks as (

    select
        campaigns.campaign_id,
        weeks.week,
        weeks.week_number,
        cast(weeks.week_number - campaigns.start_week_number as integer)
            as relative_week
    from campaigns
    inner join weeks
        on
            weeks.week_number
            between campaigns.start_week_number - {{ var('impact_pre_weeks') }}
            and campaigns.start_week_number + {{ var('impact_followed_weeks') }}
    where campaigns.exclusion_reason is null

),

final as (

    select
        units.campaign_id,
        units.household_id,
        campaign_weeks.relative_week,
        campaign_weeks.week,
        units.is_sent,
        cast(coalesce(household_weeks.sales_value, 0) as double) as sales,
        coalesce(household_weeks.n_baskets, 0) as baskets,
        coalesce(household_weeks.n_units, 0) as units,
        cast(coalesce(household_weeks.coupon_discount, 0) as double) as coupon_discount,
        cast(coalesce(household_weeks.retail_discount, 0) as double) as retail_discount,
        cast(coalesce(campaign_sales.sales_value, 0) as double) as coupon_product_sales,
        cast(
            coalesce(household_weeks.sales_value, 0)
            - coalesce(campaign_sales.sales_value, 0) as double
        ) as other_sales
    from units
    inner join campaign_weeks on units.campaign_id = campaign_weeks.campaign_id
    left join household_weeks
        on
            units.household_id = household_weeks.household_id
            and campaign_weeks.week_number = household_weeks.week_number
    left join campaign_sales
        on
            units.campaign_id = campaign_sales.campaign_id
            and units.household_id = campaign_sales.household_id
            and campaign_weeks.week_number = campaign_sales.week_number

)

select * from final
order by campaign_id, household_id, relative_week
