with

estimates as (

    select
        *,
        'published' as status
    from {{ ref('fct_campaign_estimates') }}
    union all by name
    select
        *,
        reason_codes as status
    from {{ ref('fct_campaign_estimates_invalid') }}

)

select
    scope,
    estimator,
    n_sent as sent,
    cast(round(cost) as integer) as cost,
    round(estimate, 2) as weekly_effect,
    cast(round(sales) as integer) as sales,
    cast(round(profit_lower) as integer) as profit_from,
    cast(round(profit_upper) as integer) as profit_to,
    round(roi_lower, 1) as roi_from,
    round(roi_upper, 1) as roi_to,
    status
from estimates
where not starts_with(scope, 'campaign ')
order by scope, estimator
