with

plans as (

    select * from {{ ref('int_next_campaign_power') }}

),

list_summary as (

    select * from {{ ref('fct_list_summary') }}

),

experiments as (

    select * from {{ ref('fct_experiments') }}

),

trial_units as (

    select distinct campaign_id
    from {{ ref('fct_trial_units') }}
    where design = '{{ var("primary_design") }}'

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

-- A type is studied if a trial of the primary design is of it.
types as (

    select
        campaigns.campaign_type,
        bool_or(trial_units.campaign_id is not null) as is_studied
    from campaigns
    left join trial_units on campaigns.campaign_id = trial_units.campaign_id
    group by campaigns.campaign_type

),

type_lists as (

    select
        coalesce(
            string_agg(campaign_type, ', ' order by campaign_type)
            filter (where is_studied),
            ''
        ) as studied_types,
        string_agg(campaign_type, ', ' order by campaign_type)
        filter (where not is_studied) as other_types
    from types

),

proofs as (

    select
        count(*) filter (where status != 'arrived') as n_waiting,
        count(*) filter (
            where
            status = 'arrived'
            and profit_ci_lower > 0
            and failed_guardrails is null
            and not is_assignment_broken
        ) as n_proven
    from experiments

),

-- Those held out are named, too.
named_households as (

    select
        sum(n_households) filter (
            where decision in ('send', 'send as before', 'hold out')
        ) as n_named,
        max(n_contacts) filter (where decision = 'all') as n_contacts,
        max(contact_cost) filter (where decision = 'all') as contact_cost,
        max(expected_profit) filter (where decision = 'all') as expected_profit,
        max(expected_profit_ci_lower) filter (where decision = 'all')
            as expected_profit_ci_lower,
        max(expected_profit_ci_upper) filter (where decision = 'all')
            as expected_profit_ci_upper
    from list_summary

),

final as (

    select
        type_lists.*,
        named_households.*,
        plans.n_households,
        plans.n_needed,
        plans.horizon_weeks,
        ceil(plans.n_needed / nullif(plans.n_households, 0)) as n_campaigns,
        case
            when proofs.n_proven > 0 then 'done'
            when proofs.n_waiting > 0 then 'running'
            else 'next'
        end as first_status
    from type_lists
    cross join proofs
    cross join named_households
    left join plans on true

)

select * from final
