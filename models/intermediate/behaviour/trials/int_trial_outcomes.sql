with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

campaign_sales as (

    select * from {{ ref('int_campaign_sales') }}

),

redemptions as (

    select * from {{ ref('stg_coupon_redemptions') }}

),

purchases as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        sum(purchase_days.sales_value) as purchase_amount,
        sum(purchase_days.n_baskets) as purchase_count
    from trial_units
    inner join purchase_days
        on
            trial_units.household_id = purchase_days.household_id
            and purchase_days.day
            between trial_units.time_zero_day and trial_units.outcome_end_day
    group by trial_units.design, trial_units.campaign_id, trial_units.household_id

),

-- What the campaign's coupons are good for, bought with a coupon or without.
category_purchases as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        sum(campaign_sales.sales_value) as category_purchase
    from trial_units
    inner join campaign_sales
        on
            trial_units.household_id = campaign_sales.household_id
            and trial_units.campaign_id = campaign_sales.campaign_id
            and campaign_sales.day
            between trial_units.time_zero_day and trial_units.outcome_end_day
    group by trial_units.design, trial_units.campaign_id, trial_units.household_id

),

-- Coupons of this campaign only.
own_redemptions as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        count(*) as redemption_count
    from trial_units
    inner join redemptions
        on
            trial_units.household_id = redemptions.household_id
            and trial_units.campaign_id = redemptions.campaign_id
            and redemptions.day
            between trial_units.time_zero_day and trial_units.outcome_end_day
    group by trial_units.design, trial_units.campaign_id, trial_units.household_id

),

-- Buying nothing is an outcome of 0, not a reason to leave the sample.
final as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        coalesce(purchases.purchase_amount, 0) as purchase_amount,
        coalesce(purchases.purchase_count, 0) as purchase_count,
        coalesce(purchases.purchase_amount, 0) * 7.0 / trial_units.n_outcome_days
            as purchase_amount_per_week,
        coalesce(purchases.purchase_count, 0) * 7.0 / trial_units.n_outcome_days
            as purchase_count_per_week,
        coalesce(category_purchases.category_purchase, 0) as category_purchase,
        case when purchases.purchase_count > 0 then 1 else 0 end as purchase_any,
        case when own_redemptions.redemption_count > 0 then 1 else 0 end
            as redemption_any,
        coalesce(own_redemptions.redemption_count, 0) as redemption_count
    from trial_units
    left join purchases
        on
            trial_units.design = purchases.design
            and trial_units.campaign_id = purchases.campaign_id
            and trial_units.household_id = purchases.household_id
    left join category_purchases
        on
            trial_units.design = category_purchases.design
            and trial_units.campaign_id = category_purchases.campaign_id
            and trial_units.household_id = category_purchases.household_id
    left join own_redemptions
        on
            trial_units.design = own_redemptions.design
            and trial_units.campaign_id = own_redemptions.campaign_id
            and trial_units.household_id = own_redemptions.household_id

)

select * from final
order by design, campaign_id, household_id
