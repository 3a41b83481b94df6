select
    case
        when display = '0' then 'in the mailer alone'
        when mailer = '0' then 'on display alone'
        else 'both'
    end as placement,
    round(100 * sum(share_of_shelf_weeks), 1) as percent_of_placed_weeks,
    round(sum(sales) / sum(n_shelf_weeks), 2) as dollars_per_week,
    round(sum(plain_sales_per_week * n_shelf_weeks) / sum(n_shelf_weeks), 2)
        as dollars_without,
    round(sum(sales) / sum(plain_sales_per_week * n_shelf_weeks), 2) as lift
from {{ ref('fct_promotion_lift') }}
group by placement
order by lift
