with

histories as (

    select *
    from {{ ref('int_clv_histories') }}
    where period = 'full'

),

household_segments as (

    select *
    from {{ ref('int_household_segments') }}
    where window_id = 'full'

),

rfm_scores as (

    select *
    from {{ ref('int_clv_rfm_scores') }}
    where period = 'full'

),

predictions as (

    select *
    from {{ ref('py_clv_predictions') }}
    where period = 'full'

),

clv_method as (

    select * from {{ ref('int_clv_method') }}

),

forecasts as (

    select
        forecasts.household_id,
        clv_method.method,
        clv_method.fallback_reason,
        max(forecasts.discounted_sales) filter (where forecasts.method = 'run_rate')
        * {{ setting('margin') }} as run_rate_value,
        max(forecasts.discounted_sales) filter (where forecasts.method = 'rfm')
        * {{ setting('margin') }} as rfm_value,
        max(forecasts.discounted_sales)
        filter (where forecasts.method = 'bg_nbd_gamma_gamma')
        * {{ setting('margin') }} as model_value,
        max(forecasts.discounted_sales)
        filter (where forecasts.method = clv_method.method)
        * {{ setting('margin') }} as method_value
    from {{ ref('int_clv_forecasts') }} as forecasts
    cross join clv_method
    where forecasts.period = 'full'
    group by forecasts.household_id, clv_method.method, clv_method.fallback_reason

),

final as (

    select
        histories.household_id,
        cast(household_segments.segment_id as integer) as segment_id,
        cast(histories.sales_amount * {{ setting('margin') }} as double)
            as historical_value,
        rfm_scores.rfm_score,
        cast(forecasts.run_rate_value as double) as run_rate_value,
        cast(forecasts.rfm_value as double) as rfm_value,
        cast(forecasts.model_value as double) as model_value,
        -- pandas writes what is missing as NaN.
        {%- for column in [
            'expected_purchases', 'expected_spend_per_purchase', 'p_alive'
        ] %}
        cast(
            case
                when not isnan(predictions.{{ column }}) then predictions.{{ column }}
            end as double
        ) as {{ column }},
        {%- endfor %}
        cast(coalesce(forecasts.method_value, forecasts.run_rate_value) as double)
            as clv,
        case
            when forecasts.method_value is null then 'run_rate'
            else forecasts.method
        end as clv_method,
        case
            when forecasts.method_value is null
                then coalesce(forecasts.fallback_reason || ' ', '')
                    || 'No household had this RFM score before.'
            else forecasts.fallback_reason
        end as fallback_reason
    from histories
    inner join household_segments
        on histories.household_id = household_segments.household_id
    inner join rfm_scores on histories.household_id = rfm_scores.household_id
    inner join predictions on histories.household_id = predictions.household_id
    inner join forecasts on histories.household_id = forecasts.household_id

)

select * from final
order by household_id
