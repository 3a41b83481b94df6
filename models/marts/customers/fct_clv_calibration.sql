with

forecasts as (

    select *
    from {{ ref('int_clv_forecasts') }}
    where period = 'calibration'

),

histories as (

    select *
    from {{ ref('int_clv_histories') }}
    where period = 'calibration'

),

-- By the forecast: tenths of what came true would sort the errors to the ends.
grouped_forecasts as (

    select
        forecasts.method,
        ntile(10) over (
            partition by forecasts.method
            order by forecasts.predicted_purchases asc, forecasts.household_id asc
        ) as forecast_tenth,
        forecasts.predicted_purchases,
        forecasts.predicted_sales,
        cast(histories.next_purchase_days as double) as actual_purchases,
        cast(histories.next_sales_amount as double) as actual_sales
    from forecasts
    inner join histories on forecasts.household_id = histories.household_id

),

final as (

    select
        method,
        cast(forecast_tenth as integer) as forecast_tenth,
        cast(count(*) as integer) as n_households,
        {{ exact_avg('predicted_purchases') }} as mean_predicted_purchases,
        {{ exact_avg('actual_purchases') }} as mean_actual_purchases,
        {{ exact_avg('predicted_sales') }} as mean_predicted_sales,
        {{ exact_avg('actual_sales') }} as mean_actual_sales
    from grouped_forecasts
    group by method, forecast_tenth

)

select * from final
order by method, forecast_tenth
