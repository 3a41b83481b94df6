select
    segments.segment_id,
    segments.segment_name,
    segments.n_households,
    cast(round(100 * segments.sales_share) as integer) as sales_percent,
    cast(round(segments.mean_sales) as integer) as mean_sales,
    segments.strategy,
    round(stability.value, 2) as found_again
from {{ ref('dim_segments') }} as segments
inner join {{ ref('fct_segment_stability') }} as stability
    on segments.segment_id = stability.segment_id
where stability.method = 'bootstrap'
order by segments.segment_id
