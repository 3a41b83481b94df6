with

forecasts as (

    select * from {{ ref('int_clv_forecasts') }}
    where period = 'calibration'

),

histories as (

    select * from {{ ref('int_clv_histories') }}
    where period = 'calibration'

),

final as (

    select
        forecasts.household_id,
        forecasts.method,
        forecasts.predicted_purchases,
        cast(histories.next_purchase_days as double) as actual_purchases,
        forecasts.predicted_sales,
        cast(histories.next_sales_amount as double) as actual_sales
    from forecasts
    inner join histories on forecasts.household_id = histories.household_id

)

select * from final
order by method, household_id
