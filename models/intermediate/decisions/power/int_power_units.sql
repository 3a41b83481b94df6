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

household_sums as (

    select
        horizon_weeks,
        window_number,
        household_id,
        {{ window_sums(
            'sales_value', 'n_baskets', 'coupon_match_discount', 'is_lookback'
        ) }}
    from window_days
    group by horizon_weeks, window_number, household_id

),

-- A household counts if it bought in the look-back, as in a trial. It may buy nothing
-- in the window.
final as (

    select
        metrics.metric,
        household_sums.horizon_weeks,
        household_sums.window_number,
        household_sums.household_id,
        {{ window_metrics('metrics', 'household_sums') }}
    from household_sums
    cross join metrics
    where household_sums.lookback_count > 0

)

select * from final
order by metric, horizon_weeks, window_number, household_id
