select
    count(*) filter (where not is_without_prediction) as predicted,
    count(*) filter (where is_without_purchase) as bought_nothing_lately,
    count(*) filter (where was_sent_before and not is_without_prediction)
        as sent_one_before,
    count(*) filter (where is_outside_support) as beyond_the_trials
from {{ ref('fct_campaign_list') }}
