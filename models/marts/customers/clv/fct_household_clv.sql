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
        household_id,
        max(discounted_sales) filter (where method = 'run_rate') * {{ setting('margin') }}
            as run_rate_value,
        max(discounted_sales) filter (where method = 'rfm') * {{ setting('margin') }}
            as rfm_value,
        max(discounted_sales) filter (where method = 'bg_nbd_gamma_gamma')
        * {{ setting('margin') }} as model_value
    from {{ ref('int_clv_forecasts') }}
    where period = 'full'
    group by household_id

),

valued_households as (

    select
        histories.household_id,
        household_segments.segment_id,
        histories.sales_amount * {{ setting('margin') }} as historical_value,
        rfm_scores.rfm_score,
        forecasts.run_rate_value,
        forecasts.rfm_value,
        forecasts.model_value,
        -- pandas writes what is missing as NaN.
        {%- for column in [
            'expected_purchases', 'expected_spend_per_purchase', 'p_alive'
        ] %}
        case
            when not isnan(predictions.{{ column }}) then predictions.{{ column }}
        end as {{ column }},
        {%- endfor %}
        clv_method.method,
        clv_method.fallback_reason,
        case clv_method.method
            when 'bg_nbd_gamma_gamma' then forecasts.model_value
            when 'rfm' then forecasts.rfm_value
            else forecasts.run_rate_value
        end as method_value
    from histories
    inner join household_segments
        on histories.household_id = household_segments.household_id
    inner join rfm_scores on histories.household_id = rfm_scores.household_id
    inner join predictions on histories.household_id = predictions.household_id
    inner join forecasts on histories.household_id = forecasts.household_id
    cross join clv_method

),

final as (

    select
        household_id,
        cast(segment_id as integer) as segment_id,
        cast(historical_value as double) as historical_value,
        rfm_score,
        cast(run_rate_value as double) as run_rate_value,
        cast(rfm_value as double) as rfm_value,
        cast(model_value as double) as model_value,
        cast(expected_purchases as double) as expected_purchases,
        cast(expected_spend_per_purchase as double) as expected_spend_per_purchase,
        cast(p_alive as double) as p_alive,
        cast(coalesce(method_value, run_rate_value) as double) as clv,
        case
            when method_value is null then 'run_rate'
            else method
        end as clv_method,
        case
            when method_value is null
                then coalesce(fallback_reason || ' ', '')
                    || 'No household had this RFM score before.'
            else fallback_reason
        end as fallback_reason
    from valued_households

)

select * from final
order by household_id
