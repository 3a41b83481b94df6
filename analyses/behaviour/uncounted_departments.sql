select
    department,
    cast(round(quantity_per_line) as integer) as quantity_per_line,
    round(100 * share_of_sales, 1) as percent_of_sales
from {{ ref('fct_product_profiles') }}
where not counts_units
order by sales desc
