select
    segment_id,
    segment_name,
    n_households,
    cast(round(100 * household_share) as integer) as percent_of_households,
    cast(round(100 * sales_share) as integer) as percent_of_sales,
    cast(round(mean_sales) as integer) as mean_sales,
    cast(round(mean_frequency) as integer) as baskets,
    cast(round(mean_recency) as integer) as days_since
from {{ ref('dim_segments') }}
order by segment_id
