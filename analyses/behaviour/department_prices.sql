select
    department,
    n_products as products,
    round(100 * share_of_sales, 1) as percent_of_sales,
    round(100 * share_of_products_for_80_percent, 1) as products_for_80_percent,
    round(100 * repeat_rate, 1) as bought_again_percent,
    round(median_shelf_price, 2) as shelf_price,
    round(100 * price_variation, 1) as price_variation_percent,
    round(100 * discount_share, 1) as discount_percent,
    round(price_quantity_correlation, 2) as price_quantity
from {{ ref('fct_product_profiles') }}
where share_of_sales >= 0.01
order by sales desc
