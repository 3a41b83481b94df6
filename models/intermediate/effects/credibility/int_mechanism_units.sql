with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

estimation_units as (

    select *
    from {{ ref('int_estimation_units') }}
    where is_main_design

),

after_windows as (

    select * from {{ ref('int_after_windows') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

campaign_sales as (

    select * from {{ ref('int_campaign_sales') }}

),

units as (

    select
        estimation_units.design,
        estimation_units.campaign_id,
        estimation_units.household_id,
        estimation_units.segment_id,
        estimation_units.n_outcome_days,
        trial_units.lookback_start_day,
        trial_units.lookback_end_day,
        after_windows.after_start_day,
        after_windows.after_end_day,
        after_windows.n_days_after
    from estimation_units
    inner join trial_units using (design, campaign_id, household_id)
    inner join after_windows using (design, campaign_id)

),

sales as (

    select
        units.design,
        units.campaign_id,
        units.household_id,
        sum(purchase_days.sales_value) filter (
            where purchase_days.day <= units.lookback_end_day
        ) as sales_before,
        sum(purchase_days.sales_value) filter (
            where purchase_days.day >= units.after_start_day
        ) as sales_after
    from units
    inner join purchase_days
        on
            units.household_id = purchase_days.household_id
            and purchase_days.day
            between units.lookback_start_day and units.after_end_day
    group by units.design, units.campaign_id, units.household_id

),

coupon_sales as (

    select
        units.design,
        units.campaign_id,
        units.household_id,
        sum(campaign_sales.sales_value) as coupon_sales_before
    from units
    inner join campaign_sales
        on
            units.campaign_id = campaign_sales.campaign_id
            and units.household_id = campaign_sales.household_id
            and campaign_sales.day
            between units.lookback_start_day and units.lookback_end_day
    group by units.design, units.campaign_id, units.household_id

),

final as (

    select
        units.design,
        units.campaign_id,
        units.household_id,
        units.segment_id,
        units.n_outcome_days,
        units.n_days_after,
        cast(coalesce(sales.sales_after, 0) as double) as sales_after,
        cast(coalesce(sales.sales_before, 0) as double) as sales_before,
        -- Of a household that bought nothing no share is known.
        coalesce(coupon_sales.coupon_sales_before, 0)
        / nullif(cast(sales.sales_before as double), 0) as coupon_share_before
    from units
    left join sales using (design, campaign_id, household_id)
    left join coupon_sales using (design, campaign_id, household_id)

)

select * from final
order by design, campaign_id, household_id
