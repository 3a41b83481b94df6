select
    sales_rank,
    department,
    category,
    round(100 * penetration, 1) as percent_of_households,
    round(100 * repeat_rate, 1) as bought_again_percent,
    round(sales_per_buyer, 2) as dollars_per_buyer,
    round(100 * cumulative_share_of_sales, 1) as cumulative_percent_of_sales
from {{ ref('fct_category_profiles') }}
where sales_rank <= 10
order by sales_rank
