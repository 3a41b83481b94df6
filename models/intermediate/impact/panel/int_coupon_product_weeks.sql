with

campaign_sales as (

    select * from {{ ref('int_campaign_sales') }}

),

units as (

    select * from {{ ref('int_impact_units') }}

),

campaign_days as (

    select
        campaign_weeks.campaign_id,
        campaign_weeks.week_number,
        calendar.day
    from {{ ref('int_campaign_weeks') }} as campaign_weeks
    inner join {{ ref('int_calendar') }} as calendar
        on campaign_weeks.week = calendar.week

),

final as (

    select
        campaign_sales.campaign_id,
        campaign_sales.household_id,
        campaign_days.week_number,
        cast(sum(campaign_sales.sales_value) as decimal(18, 4)) as sales_value
    from campaign_sales
    inner join campaign_days
        on
            campaign_sales.campaign_id = campaign_days.campaign_id
            and campaign_sales.day = campaign_days.day
    inner join units
        on
            campaign_sales.campaign_id = units.campaign_id
            and campaign_sales.household_id = units.household_id
    group by
        campaign_sales.campaign_id,
        campaign_sales.household_id,
        campaign_days.week_number

)

select * from final
order by campaign_id, household_id, week_number
