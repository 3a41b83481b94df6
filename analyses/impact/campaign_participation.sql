select
    scope,
    cast(round(100 * bought_sent) as integer) as percent_bought,
    cast(round(100 * bought_others) as integer) as percent_of_others_like_them,
    round(100 * redeemed_sent, 1) as percent_redeemed,
    round(bound_lower, 2) as bound_from,
    round(bound_upper, 2) as bound_to,
    is_valid
from {{ ref('fct_campaign_participation') }}
where estimator = 'doubly robust' and not starts_with(scope, 'campaign ')
order by scope
