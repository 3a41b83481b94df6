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

-- A purchase counts for every campaign. Sales of products on coupons (bought with a
-- coupon or without) and redemptions count for their own campaign only.
household_days as (

    select
        household_id,
        cast(null as bigint) as campaign_id,
        day,
        sales_value as purchase_amount,
        n_baskets as purchase_count,
        0 as category_purchase,
        0 as redemption_count
    from purchase_days
    union all
    select
        household_id,
        campaign_id,
        day,
        0 as purchase_amount,
        0 as purchase_count,
        sales_value as category_purchase,
        0 as redemption_count
    from campaign_sales
    union all
    select
        household_id,
        campaign_id,
        day,
        0 as purchase_amount,
        0 as purchase_count,
        0 as category_purchase,
        1 as redemption_count
    from redemptions

),

-- A unit that buys nothing stays in the sample with an outcome of 0. Sums select their
-- campaign. A join condition that does so would make DuckDB compare all pairs of rows.
unit_totals as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        trial_units.n_outcome_days,
        coalesce(sum(household_days.purchase_amount), 0) as purchase_amount,
        coalesce(sum(household_days.purchase_count), 0) as purchase_count,
        coalesce(
            sum(household_days.category_purchase) filter (
                where household_days.campaign_id = trial_units.campaign_id
            ), 0
        ) as category_purchase,
        coalesce(
            cast(sum(household_days.redemption_count) filter (
                where household_days.campaign_id = trial_units.campaign_id
            ) as bigint), 0
        ) as redemption_count
    from trial_units
    left join household_days
        on
            trial_units.household_id = household_days.household_id
            and household_days.day
            between trial_units.time_zero_day and trial_units.outcome_end_day
    group by
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        trial_units.n_outcome_days

),

final as (

    select
        design,
        campaign_id,
        household_id,
        purchase_amount,
        purchase_count,
        purchase_amount * 7.0 / n_outcome_days as purchase_amount_per_week,
        purchase_count * 7.0 / n_outcome_days as purchase_count_per_week,
        category_purchase,
        case when purchase_count > 0 then 1 else 0 end as purchase_any,
        case when redemption_count > 0 then 1 else 0 end as redemption_any,
        redemption_count
    from unit_totals

)

select * from final
order by design, campaign_id, household_id
