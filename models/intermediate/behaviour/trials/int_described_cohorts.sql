with

purchase_days as (

    select *
    from {{ ref('int_purchase_days') }}
    where n_baskets > 0

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

first_studied_start as (

    select min(start_day) as day
    from campaigns
    where {{ is_studied_type('campaign_type') }}

),

customers as (

    select distinct household_id from purchase_days

),

-- Households that bought before and after the start of the first campaign of the
-- studied types. Buying afterwards is an outcome, so panels are described and not
-- estimated.
base_households as (

    select purchase_days.household_id
    from purchase_days
    cross join first_studied_start
    group by purchase_days.household_id
    having
        bool_or(purchase_days.day < first_studied_start.day)
        and bool_or(purchase_days.day >= first_studied_start.day)

),

panel_rows as (

    select
        base_households.household_id,
        {{ is_studied_type('campaigns.campaign_type') }} as is_studied,
        targets.household_id is not null as is_treated
    from base_households
    cross join campaigns
    left join targets
        on
            base_households.household_id = targets.household_id
            and campaigns.campaign_id = targets.campaign_id

),

cohort_rows as (

    select
        'customers' as cohort,
        household_id,
        cast(null as boolean) as is_treated
    from customers
    union all
    select
        'base_cohort' as cohort,
        household_id,
        cast(null as boolean) as is_treated
    from base_households
    union all
    select
        'panel_type_a' as cohort,
        household_id,
        is_treated
    from panel_rows
    where is_studied
    union all
    select
        'panel_all' as cohort,
        household_id,
        is_treated
    from panel_rows
    union all
    select
        'household_type_a' as cohort,
        household_id,
        bool_or(is_treated and is_studied) as is_treated
    from panel_rows
    group by household_id

),

final as (

    select
        cohort,
        count(*) as n_rows,
        count(distinct household_id) as n_households,
        count(*) filter (where is_treated) as n_treated,
        count(*) filter (where not is_treated) as n_control,
        bool_or(is_treated is not null) as has_arms
    from cohort_rows
    group by cohort

)

select * from final
order by cohort
