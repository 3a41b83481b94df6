select
    value_tier,
    count(*) as n_households,
    cast(
        round(100 * sum(monetary_sales) / sum(sum(monetary_sales)) over ()) as integer
    ) as percent_of_sales,
    cast(round(avg(clv)) as integer) as mean_clv,
    cast(round(sum(clv)) as integer) as total_clv
from {{ ref('dim_households') }}
group by value_tier
order by mean_clv desc
