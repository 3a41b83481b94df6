with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

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
        coalesce(own_redemptions.redemption_count, 0) as redemption_count,
        case when own_redemptions.redemption_count > 0 then 1 else 0 end
            as redemption_any
    from trial_units
    left join purchases
        on
            trial_units.design = purchases.design
            and trial_units.campaign_id = purchases.campaign_id
            and trial_units.household_id = purchases.household_id
    left join own_redemptions
        on
            trial_units.design = own_redemptions.design
            and trial_units.campaign_id = own_redemptions.campaign_id
            and trial_units.household_id = own_redemptions.household_id

)

select * from final
order by design, campaign_id, household_id
