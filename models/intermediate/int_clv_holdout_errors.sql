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

compared_forecasts as (

    select
        forecasts.method,
        'purchases' as measure,
        forecasts.predicted_purchases as predicted,
        cast(histories.next_purchase_days as double) as actual
    from forecasts
    inner join histories on forecasts.household_id = histories.household_id
    union all
    select
        forecasts.method,
        'sales' as measure,
        forecasts.predicted_sales as predicted,
        cast(histories.next_sales_amount as double) as actual
    from forecasts
    inner join histories on forecasts.household_id = histories.household_id

),

final as (

    select
        method,
        measure,
        count(*) as n_households,
        {{ exact_avg('actual') }} as mean_actual,
        {{ exact_avg('abs(predicted - actual)') }} as mae,
        sqrt({{ exact_avg('(predicted - actual) * (predicted - actual)') }}) as rmse,
        {{ exact_sum('predicted') }} / nullif({{ exact_sum('actual') }}, 0) - 1
            as total_bias
    from compared_forecasts
    group by method, measure

)

select * from final
order by method, measure
