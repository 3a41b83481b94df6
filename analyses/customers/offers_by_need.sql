select
    cells.value_tier,
    cells.need_type,
    cells.n_households,
    cast(round(cells.mean_sales) as integer) as mean_sales,
    cells.cross_sell_category as offer,
    round(100 * cells.cross_sell_gap, 1) as gap_percent,
    cast(round(cells.cross_sell_amount) as integer) as dollars
from {{ ref('fct_value_need_matrix') }} as cells
where cells.need_option = 'within_tier'
order by
    min(cells.mean_sales) over (partition by cells.value_tier) desc,
    cells.mean_sales desc
