with

forecasts as (

    select * from {{ ref('int_clv_holdout_forecasts') }}

),

-- Deciles are by the forecast. Deciles by the actual value would sort errors to the
-- ends.
grouped_forecasts as (

    select
        method,
        ntile(10) over (
            partition by method
            order by predicted_purchases asc, household_id asc
        ) as forecast_decile,
        predicted_purchases,
        predicted_sales,
        actual_purchases,
        actual_sales
    from forecasts

),

final as (

    select
        method,
        cast(forecast_decile as integer) as forecast_decile,
        cast(count(*) as integer) as n_households,
        {{ exact_avg('predicted_purchases') }} as mean_predicted_purchases,
        {{ exact_avg('actual_purchases') }} as mean_actual_purchases,
        {{ exact_avg('predicted_sales') }} as mean_predicted_sales,
        {{ exact_avg('actual_sales') }} as mean_actual_sales
    from grouped_forecasts
    group by method, forecast_decile

)

select * from final
order by method, forecast_decile
