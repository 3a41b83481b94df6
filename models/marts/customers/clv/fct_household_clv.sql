with

window_features as (

    select *
    from {{ ref('int_window_features') }}
    where window_id = 'full'

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
        {%- for value, method in [
            ('run_rate_value', "'run_rate'"),
            ('rfm_value', "'rfm'"),
            ('model_value', "'bg_nbd_gamma_gamma'"),
            ('method_value', 'clv_method.method'),
        ] %}
        max(forecasts.discounted_sales) filter (where forecasts.method = {{ method }})
        * {{ setting('margin') }} as {{ value }},
        {%- endfor %}
        clv_method.method,
        clv_method.fallback_reason
    from {{ ref('int_clv_forecasts') }} as forecasts
    cross join clv_method
    where forecasts.period = 'full'
    group by forecasts.household_id, clv_method.method, clv_method.fallback_reason

),

-- Who only returned goods has no history, the lowest score and nothing to come.
final as (

    select
        household_segments.household_id,
        cast(household_segments.segment_id as integer) as segment_id,
        cast(window_features.monetary_sales * {{ setting('margin') }} as double)
            as historical_value,
        coalesce(rfm_scores.rfm_score, 3) as rfm_score,
        cast(coalesce(forecasts.run_rate_value, 0) as double) as run_rate_value,
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
        cast(
            coalesce(forecasts.method_value, forecasts.run_rate_value, 0) as double
        ) as clv,
        case
            when forecasts.method_value is null then 'run_rate'
            else forecasts.method
        end as clv_method,
        case
            when forecasts.household_id is null
                then 'The household has bought nothing and only returned goods.'
            when forecasts.method_value is null
                then coalesce(forecasts.fallback_reason || ' ', '')
                    || 'No household had this RFM score before.'
            else forecasts.fallback_reason
        end as fallback_reason
    from household_segments
    inner join window_features
        on household_segments.household_id = window_features.household_id
    left join rfm_scores on household_segments.household_id = rfm_scores.household_id
    left join predictions on household_segments.household_id = predictions.household_id
    left join forecasts on household_segments.household_id = forecasts.household_id

)

select * from final
order by household_id
