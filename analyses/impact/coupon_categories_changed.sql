select
    campaign_id as campaign,
    category,
    n_sent_buyers as buyers_before,
    cast(round(100 * lift) as integer) as percent_change,
    cast(round(100 * lift_lower) as integer) as change_from,
    cast(round(100 * lift_upper) as integer) as change_to,
    cast(round(profit) as integer) as profit,
    round(q_value, 3) as q_value
from {{ ref('fct_coupon_effects') }}
where n_weeks = 8 and category != 'all' and q_value <= 0.1
order by q_value, campaign_id, category
