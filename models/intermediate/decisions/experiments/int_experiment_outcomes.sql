with

units as (

    select *
    from {{ ref('int_experiment_units') }}
    where is_randomised

),

campaigns as (

    select *
    from {{ ref('int_experiment_campaigns') }}
    where status = 'arrived'

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

campaign_days as (

    select
        campaigns.campaign_id,
        purchase_days.household_id,
        purchase_days.sales_value,
        purchase_days.n_baskets,
        purchase_days.coupon_match_discount,
        purchase_days.day < campaigns.start_day as is_lookback
    from campaigns
    inner join purchase_days
        on
            purchase_days.day
            between campaigns.start_day - {{ edition_value('lookback_days') }}
            and campaigns.outcome_end_day

),

household_sums as (

    select
        campaign_id,
        household_id,
        {{ window_sums(
            'sales_value', 'n_baskets', 'coupon_match_discount', 'is_lookback'
        ) }}
    from campaign_days
    group by campaign_id, household_id

),

-- A household counts in the arm that was drawn, whatever it bought or was sent.
final as (

    select
        units.campaign_id,
        units.household_id,
        metrics.metric,
        units.p_assign,
        units.is_assigned,
        units.is_recommended,
        {{ window_metrics('metrics', 'household_sums') }}
    from units
    inner join campaigns on units.campaign_id = campaigns.campaign_id
    cross join metrics
    left join household_sums
        on
            units.campaign_id = household_sums.campaign_id
            and units.household_id = household_sums.household_id

)

select * from final
order by campaign_id, household_id, metric
