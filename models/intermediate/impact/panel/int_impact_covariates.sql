{#- The weeks before the start in two halves: a trend within them is a covariate. -#}
{% set half = var('impact_pre_weeks') // 2 %}

with

campaign_weeks as (

    select *
    from {{ ref('fct_campaign_weeks') }}
    where relative_week < 0

),

units as (

    select * from {{ ref('int_impact_units') }}

),

week_statistics as (

    select
        campaign_id,
        household_id,
        {{ history_columns(0, half) }}
    from campaign_weeks
    group by campaign_id, household_id

),

final as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        {{ salted_bucket(
            "units.household_id", "'" ~ var('fold_salt') ~ "_impact'", var('impact_folds')
        ) }} + 1 as fold,
        week_statistics.sales_mean,
        week_statistics.sales_std,
        week_statistics.late_sales_mean,
        week_statistics.baskets_mean,
        week_statistics.units_mean,
        week_statistics.coupon_discount_mean,
        week_statistics.retail_discount_mean,
        week_statistics.coupon_product_sales_mean,
        week_statistics.active_share,
        week_statistics.weeks_since_purchase,
        units.n_campaigns_before,
        units.n_campaigns_running
    from units
    inner join week_statistics
        on
            units.campaign_id = week_statistics.campaign_id
            and units.household_id = week_statistics.household_id

)

select * from final
order by campaign_id, household_id
