with

rfm_scores as (

    select *
    from {{ ref('int_clv_rfm_scores') }}
    where next_purchase_days is not null

),

learned_rates as (

    select
        period,
        rfm_score,
        count(*) as n_households,
        {{ exact_avg('next_purchase_days / holdout_weeks') }} as purchases_per_week,
        greatest(0, {{ exact_avg('next_sales_amount / holdout_weeks') }})
            as sales_per_week
    from rfm_scores
    group by period, rfm_score

),

-- The rates that followed a score in one period predict the next period.
final as (

    select
        case period when 'learning' then 'calibration' else 'full' end as period,
        rfm_score,
        n_households,
        purchases_per_week,
        sales_per_week
    from learned_rates

)

select * from final
order by period, rfm_score
