with

parameters as (

    select * from {{ ref('py_clv_parameters') }}

),

correlations as (

    select * from {{ ref('int_clv_correlations') }}

),

predictions as (

    select *
    from {{ ref('py_clv_predictions') }}
    where period = 'calibration' and not isnan(p_alive)

),

histories as (

    select * from {{ ref('int_clv_histories') }}

),

holdout_errors as (

    select * from {{ ref('int_clv_holdout_errors') }}

),

checks as (

    select
        model || '_convergence' as check_name,
        model as method,
        period,
        max(n_households) as n_households,
        max(case when not isnan(max_gradient) then max_gradient end) as value,
        cast(null as double) as bound,
        bool_and(is_converged) as is_passed,
        model || ' in period ' || period || ': ' || max(failure) as failure
    from parameters
    group by model, period
    union all
    select
        'gamma_gamma_mean_exists' as check_name,
        model as method,
        period,
        n_households,
        value,
        1 as bound,
        value > 1 as is_passed,
        'The spend per purchase of period ' || period
        || ' has no mean: q is not above 1.' as failure
    from parameters
    where model = 'gamma_gamma' and parameter = 'q' and not isnan(value)
    union all
    -- The Gamma-Gamma model takes them as independent.
    select
        check_name,
        'gamma_gamma' as method,
        period,
        n_households,
        correlation as value,
        {{ var('clv_max_correlation') }} as bound,
        abs(correlation) <= {{ var('clv_max_correlation') }} as is_passed,
        'Spend per purchase moves with the number of purchases: ' || check_name
        || ' ' || round(correlation, 2) || ' in period ' || period
        || ' (var clv_max_correlation).' as failure
    from correlations
    union all
    -- A household that buys in the holdout was alive at the cut.
    select
        'buyers_were_alive' as check_name,
        'bg_nbd' as method,
        'calibration' as period,
        count(*) as n_households,
        {{ exact_avg(
            'case when histories.next_purchase_days > 0 then 1 else 0 end'
            ~ ' - predictions.p_alive'
        ) }} as value,
        {{ var('clv_max_alive_gap') }} as bound,
        {{ exact_avg(
            'case when histories.next_purchase_days > 0 then 1 else 0 end'
            ~ ' - predictions.p_alive'
        ) }} <= {{ var('clv_max_alive_gap') }} as is_passed,
        'More households bought in the holdout than the model held to be alive.'
            as failure
    from predictions
    inner join histories
        on
            predictions.household_id = histories.household_id
            and predictions.period = histories.period
    having count(*) > 0
    union all
    select
        fitted.measure || '_mae_against_run_rate' as check_name,
        fitted.method,
        'calibration' as period,
        fitted.n_households,
        fitted.mae / nullif(run_rate.mae, 0) as value,
        {{ var('clv_max_error_ratio') }} as bound,
        fitted.mae <= run_rate.mae * {{ var('clv_max_error_ratio') }} as is_passed,
        'In the holdout the mean error of ' || fitted.measure || ' is '
        || round(fitted.mae / nullif(run_rate.mae, 0), 2)
        || ' times that of the same as the last weeks (var clv_max_error_ratio).'
            as failure
    from holdout_errors as fitted
    inner join holdout_errors as run_rate
        on fitted.measure = run_rate.measure and run_rate.method = 'run_rate'
    where fitted.method = 'bg_nbd_gamma_gamma'

),

final as (

    select
        check_name,
        method,
        period,
        n_households,
        cast(value as double) as value,
        cast(bound as double) as bound,
        coalesce(is_passed, false) as is_passed,
        case
            when is_passed then null
            else coalesce(failure, check_name || ' could not be computed.')
        end as failure
    from checks

)

select * from final
order by check_name, period
