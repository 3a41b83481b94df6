with

forecasts as (

    select * from {{ ref('int_clv_holdout_forecasts') }}

),

compared_forecasts as (

    select
        method,
        'purchases' as measure,
        predicted_purchases as predicted,
        actual_purchases as actual
    from forecasts
    union all
    select
        method,
        'sales' as measure,
        predicted_sales as predicted,
        actual_sales as actual
    from forecasts

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
