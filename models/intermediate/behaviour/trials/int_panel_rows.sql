with

purchase_days as (

    select *
    from {{ ref('int_purchase_days') }}
    where n_baskets > 0

),

campaigns as (

    select
        *,
        {{ is_studied_type('campaign_type') }} as is_studied
    from {{ ref('stg_campaigns') }}

),

targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

first_studied_start as (

    select min(start_day) as day
    from campaigns
    where is_studied

),

-- Households that bought before and after the start of the first campaign of the
-- studied types. Buying afterwards is an outcome, so cohorts of them are described and
-- not estimated.
base_households as (

    select purchase_days.household_id
    from purchase_days
    cross join first_studied_start
    group by purchase_days.household_id
    having
        bool_or(purchase_days.day < first_studied_start.day)
        and bool_or(purchase_days.day >= first_studied_start.day)

),

final as (

    select
        base_households.household_id,
        campaigns.campaign_id,
        campaigns.campaign_type,
        campaigns.is_studied,
        campaigns.start_day,
        targets.household_id is not null as is_treated
    from base_households
    cross join campaigns
    left join targets
        on
            base_households.household_id = targets.household_id
            and campaigns.campaign_id = targets.campaign_id

)

select * from final
order by household_id, campaign_id
