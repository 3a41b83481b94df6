with

windows as (

    select * from {{ ref('int_power_windows') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

window_days as (

    select
        windows.horizon_weeks,
        windows.window_number,
        purchase_days.household_id,
        purchase_days.sales_value,
        purchase_days.n_baskets,
        purchase_days.coupon_match_discount,
        purchase_days.day < windows.start_day as is_lookback
    from windows
    inner join purchase_days
        on
            purchase_days.day
            between windows.lookback_start_day and windows.end_day

),

household_windows as (

    select
        horizon_weeks,
        window_number,
        household_id,
        sum(sales_value) filter (where is_lookback) as lookback_amount,
        sum(n_baskets) filter (where is_lookback) as lookback_count,
        sum(coupon_match_discount) filter (where is_lookback) as lookback_match,
        coalesce(sum(sales_value) filter (where not is_lookback), 0) as amount,
        coalesce(sum(n_baskets) filter (where not is_lookback), 0) as n_baskets,
        coalesce(sum(coupon_match_discount) filter (where not is_lookback), 0)
            as match_discount
    from window_days
    group by horizon_weeks, window_number, household_id

),

-- Those who bought in the look-back, as in a trial; what they do next may be nothing.
final as (

    select
        metrics.metric,
        household_windows.horizon_weeks,
        household_windows.window_number,
        household_windows.household_id,
        {{ metric_value(
            'metrics.metric',
            'household_windows.amount',
            'household_windows.n_baskets',
            'household_windows.match_discount',
        ) }} as outcome_value,
        {{ metric_value(
            'metrics.lookback_metric',
            'household_windows.lookback_amount',
            'household_windows.lookback_count',
            'household_windows.lookback_match',
        ) }} as lookback_value
    from household_windows
    cross join metrics
    where household_windows.lookback_count > 0

)

select * from final
order by metric, horizon_weeks, window_number, household_id
