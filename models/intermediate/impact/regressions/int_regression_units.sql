{% set n_buckets = 1000000 %}

with

campaign_weeks as (

    select * from {{ ref('fct_campaign_weeks') }}

),

units as (

    select * from {{ ref('int_impact_units') }}

),

-- Whole households, so that errors can be clustered.
sampled_units as (

    select
        campaign_id,
        household_id
    from units
    qualify
        {{ salted_bucket(
            "household_id", "'" ~ var('fit_sample_salt') ~ "_impact'", n_buckets
        ) }}
        < {{ n_buckets }}.0 * {{ var('impact_regression_units') }} / count(*) over ()

),

period_means as (

    select
        campaign_weeks.campaign_id,
        campaign_weeks.household_id,
        campaign_weeks.is_sent,
        campaign_weeks.relative_week < 0 as is_before,
        count(*) as n_weeks,
        {{ exact_avg('campaign_weeks.sales') }} as sales,
        avg(campaign_weeks.baskets) as baskets,
        avg(campaign_weeks.units) as units,
        avg(cast(campaign_weeks.baskets > 0 as integer)) as active_weeks
    from campaign_weeks
    inner join sampled_units
        on
            campaign_weeks.campaign_id = sampled_units.campaign_id
            and campaign_weeks.household_id = sampled_units.household_id
    where campaign_weeks.relative_week < {{ var('impact_effect_weeks') }}
    group by
        campaign_weeks.campaign_id,
        campaign_weeks.household_id,
        campaign_weeks.is_sent,
        is_before

),

final as (

    select
        before.campaign_id,
        before.household_id,
        before.is_sent,
        before.n_weeks as n_pre_weeks,
        afterwards.n_weeks as n_effect_weeks,
        before.sales as sales_before,
        afterwards.sales as sales_after,
        before.baskets as baskets_before,
        afterwards.baskets as baskets_after,
        before.units as units_before,
        afterwards.units as units_after,
        before.active_weeks as active_weeks_before,
        afterwards.active_weeks as active_weeks_after
    from period_means as before
    inner join period_means as afterwards
        on
            before.campaign_id = afterwards.campaign_id
            and before.household_id = afterwards.household_id
            and before.is_before
            and not afterwards.is_before

)

select * from final
order by campaign_id, household_id
