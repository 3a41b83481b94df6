with

fit_checks as (

    select * from {{ ref('int_clv_fit_checks') }}

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

-- A household that buys in the holdout was alive at the end of the calibration period.
alive_gap as (

    select
        count(*) as n_households,
        {{ exact_avg(
            'case when histories.next_purchase_days > 0 then 1 else 0 end'
            ~ ' - predictions.p_alive'
        ) }} as value
    from predictions
    inner join histories
        on
            predictions.household_id = histories.household_id
            and predictions.period = histories.period
    having count(*) > 0

),

checks as (

    select * from fit_checks
    union all
    select
        'buyers_were_alive' as check_name,
        'bg_nbd' as method,
        'calibration' as period,
        n_households,
        value,
        {{ var('clv_max_alive_gap') }} as bound,
        value <= {{ var('clv_max_alive_gap') }} as is_passed,
        'More households bought in the holdout than the model expected to be alive.'
            as failure
    from alive_gap
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
        || ' times that of the run rate (var clv_max_error_ratio).'
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
