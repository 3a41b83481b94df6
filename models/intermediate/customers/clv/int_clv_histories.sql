with

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

periods as (

    select * from {{ ref('int_clv_periods') }}

),

-- Days up to the end of the holdout. Days after as_of_day are the outcome.
dated_purchases as (

    select
        purchase_days.household_id,
        -- NULL on a day of nothing but returns, whose money counts all the same.
        purchase_days.visit_day,
        purchase_days.sales_value,
        periods.period,
        periods.as_of_day,
        periods.n_holdout_days,
        periods.next_weeks,
        periods.holdout_weeks,
        purchase_days.day <= periods.as_of_day as is_past,
        purchase_days.day > periods.as_of_day - periods.n_holdout_days
        and purchase_days.day <= periods.as_of_day as is_last
    from purchase_days
    inner join periods
        on purchase_days.day <= periods.as_of_day + periods.n_holdout_days

),

household_totals as (

    select
        household_id,
        period,
        max(as_of_day) as as_of_day,
        max(next_weeks) as next_weeks,
        max(holdout_weeks) as holdout_weeks,
        min(visit_day) as first_day,
        max(visit_day) filter (where is_past) as last_day,
        count(visit_day) filter (where is_past) as n_purchase_days,
        sum(sales_value) filter (where is_past) as sales_amount,
        min_by(sales_value, visit_day) as first_day_sales,
        count(visit_day) filter (where is_last) as last_purchase_days,
        coalesce(sum(sales_value) filter (where is_last), 0) as last_sales_amount,
        count(visit_day) filter (where not is_past) as next_purchase_days,
        coalesce(sum(sales_value) filter (where not is_past), 0) as next_sales_amount
    from dated_purchases
    group by household_id, period

),

final as (

    select
        household_id,
        period,
        as_of_day,
        next_weeks,
        holdout_weeks,
        -- The first purchase starts the clock and is not a repeat (Fader and Hardie
        -- 2005).
        n_purchase_days - 1 as n_repeats,
        (last_day - first_day) / 7.0 as recency_weeks,
        (as_of_day - first_day) / 7.0 as age_weeks,
        -- Who returned more than the later purchases came to has spent nothing on them.
        greatest(0, cast(sales_amount - first_day_sales as double))
        / nullif(n_purchase_days - 1, 0) as mean_repeat_spend,
        as_of_day - last_day as recency_days,
        n_purchase_days,
        cast(sales_amount as decimal(18, 4)) as sales_amount,
        last_purchase_days,
        cast(last_sales_amount as decimal(18, 4)) as last_sales_amount,
        -- The future of period full is not in the data.
        case when period != 'full' then next_purchase_days end as next_purchase_days,
        case
            when period != 'full' then cast(next_sales_amount as decimal(18, 4))
        end as next_sales_amount
    from household_totals
    -- A household first seen after as_of_day has no history to predict from.
    where n_purchase_days > 0

)

select * from final
order by period, household_id
