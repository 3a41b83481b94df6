select
    value_tier,
    count(sales_trend) as n_households,
    round(median(sales_trend), 2) as median_trend,
    cast(
        round(100 * count(*) filter (where sales_trend < 0.5) / count(sales_trend))
        as integer
    ) as percent_below_half,
    cast(
        round(100 * count(*) filter (where sales_trend = 0) / count(sales_trend))
        as integer
    ) as percent_without_purchase,
    cast(
        round(100 * count(*) filter (where sales_trend > 1.5) / count(sales_trend))
        as integer
    ) as percent_above_one_and_a_half
from {{ ref('dim_households') }}
group by value_tier
order by min(sales_rank) desc
