select
    estimator,
    reason_codes,
    count(*) as campaigns,
    string_agg(
        replace(scope, 'campaign ', ''), ', '
        order by cast(replace(scope, 'campaign ', '') as integer)
    ) as which
from {{ ref('fct_campaign_estimates_invalid') }}
where starts_with(scope, 'campaign ')
group by estimator, reason_codes
order by estimator asc, campaigns desc, reason_codes asc
