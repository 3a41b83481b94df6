select
    campaign_id as campaign,
    campaign_type as type,
    n_sent as sent,
    cast(round(cost) as integer) as cost,
    case when profit_lower is not null then round(bracket_lower, 1) end as weekly_from,
    case when profit_lower is not null then round(bracket_upper, 1) end as weekly_to,
    cast(round(profit_lower) as integer) as profit_from,
    cast(round(profit_upper) as integer) as profit_to,
    decision,
    answer
from {{ ref('fct_campaign_verdicts') }}
order by campaign_id
