select
    campaign_type,
    count(*) as campaigns,
    round(avg(n_days), 1) as mean_days,
    sum(n_sent) as sent,
    cast(round(avg(n_coupon_products)) as integer) as mean_coupon_products,
    sum(n_redeeming_households) as redeemed,
    round(100 * sum(n_redeeming_households) / sum(n_sent), 1) as redemption_percent,
    round(median(median_days_to_redemption), 1) as median_days_to_redemption
from {{ ref('fct_campaign_profiles') }}
group by rollup(campaign_type)
order by campaign_type nulls last
