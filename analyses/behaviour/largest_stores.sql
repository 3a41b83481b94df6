select
    source_store_id as store,
    n_households as households,
    n_main_households as of_which_main_store,
    n_visits as visits,
    round(100 * share_of_sales, 1) as percent_of_sales,
    round(sales_per_visit, 2) as dollars_per_visit,
    round(100 * discount_share, 1) as discount_percent,
    main_departments
from {{ ref('fct_store_profiles') }}
where sales_rank <= 5
order by sales_rank
