with

histories as (

    select * from {{ ref('int_clv_histories') }}

),

-- Quintiles are by percentile, so that households with equal values have equal scores.
ranked_histories as (

    select
        household_id,
        period,
        next_purchase_days,
        next_sales_amount,
        holdout_weeks,
        percent_rank() over (partition by period order by recency_days desc)
            as recency_rank,
        percent_rank() over (partition by period order by n_purchase_days)
            as frequency_rank,
        percent_rank() over (partition by period order by sales_amount)
            as monetary_rank
    from histories

),

final as (

    select
        household_id,
        period,
        next_purchase_days,
        next_sales_amount,
        holdout_weeks,
        cast(
            {{ quintile('recency_rank') }}
            + {{ quintile('frequency_rank') }}
            + {{ quintile('monetary_rank') }}
            as integer
        ) as rfm_score
    from ranked_histories

)

select * from final
order by period, household_id
