select
    bin as tenth_of_visits,
    round(value_to, 2) as dollars_up_to,
    round(100 * share_of_sales, 1) as percent_of_sales,
    round(products_per_visit, 1) as products,
    round(departments_per_visit, 1) as departments,
    round(100 * discount_share, 1) as discount_percent
from {{ ref('fct_basket_profiles') }}
where measure = 'sales'
order by bin
