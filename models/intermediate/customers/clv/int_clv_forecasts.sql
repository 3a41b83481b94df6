with

histories as (

    select *
    from {{ ref('int_clv_histories') }}
    where period != 'learning'

),

predictions as (

    select * from {{ ref('py_clv_predictions') }}

),

rfm_scores as (

    select * from {{ ref('int_clv_rfm_scores') }}

),

rfm_rates as (

    select * from {{ ref('int_clv_rfm_rates') }}

),

periods as (

    select * from {{ ref('int_clv_periods') }}

),

-- Purchases and sales per week, equal for all future weeks.
weekly_rates as (

    select
        household_id,
        period,
        'run_rate' as method,
        last_purchase_days / holdout_weeks as purchases_per_week,
        -- Nobody is expected to return more than to buy.
        greatest(0, last_sales_amount / holdout_weeks) as sales_per_week
    from histories
    union all
    -- A score that no household had one period earlier has no forecast.
    select
        rfm_scores.household_id,
        rfm_scores.period,
        'rfm' as method,
        rfm_rates.purchases_per_week,
        rfm_rates.sales_per_week
    from rfm_scores
    inner join rfm_rates
        on
            rfm_scores.period = rfm_rates.period
            and rfm_scores.rfm_score = rfm_rates.rfm_score

),

final as (

    select
        weekly_rates.household_id,
        weekly_rates.period,
        weekly_rates.method,
        weekly_rates.purchases_per_week * periods.next_weeks as predicted_purchases,
        weekly_rates.sales_per_week * periods.next_weeks as predicted_sales,
        weekly_rates.sales_per_week * periods.discounted_weeks as discounted_sales
    from weekly_rates
    inner join periods on weekly_rates.period = periods.period
    union all
    select
        household_id,
        period,
        'bg_nbd_gamma_gamma' as method,
        expected_purchases as predicted_purchases,
        expected_purchases * expected_spend_per_purchase as predicted_sales,
        discounted_purchases * expected_spend_per_purchase as discounted_sales
    from predictions
    -- pandas writes what is missing as NaN.
    where not isnan(expected_purchases) and not isnan(expected_spend_per_purchase)

)

select * from final
order by method, period, household_id
