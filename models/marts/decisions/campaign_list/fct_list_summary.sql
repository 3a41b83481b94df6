{%- set decisions = [
    'all', 'send', 'send as before', 'explore', 'hold out', 'do not send', 'suppressed'
] -%}
with

campaign_list as (

    select * from {{ ref('fct_campaign_list') }}

),

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}
    where design = '{{ var("primary_design") }}' and is_decisive

),

list_policies as (

    select * from {{ ref('int_list_policy') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'list_summary'

),

counted_decisions as (

    select
        unnest(['all', decision]) as decision,
        household_id,
        is_assigned,
        case when is_assigned then cost_per_contact else 0 end as cost
    from campaign_list

),

sizes as (

    select
        decision,
        count(*) as n_households,
        count(*) filter (where is_assigned) as n_contacts,
        {{ exact_sum('cost') }} as contact_cost,
        max(count(*)) filter (where decision = 'send') over () as n_sent,
        max({{ exact_sum('cost') }}) filter (where decision = 'send') over ()
            as sent_cost
    from counted_decisions
    group by decision

),

-- Profit per contact of the policy, on households that took no part in its choice; on
-- all where there was no choice but everybody or nobody. They are of the population
-- that decides, as are the households with decision send. A policy that is asked for by
-- hand was not evaluated so, and decides on others, too.
answers as (

    select
        sizes.*,
        list_policies.label,
        chosen_policies.profit / nullif(chosen_policies.n_targeted, 0)
            as profit_per_contact,
        chosen_policies.ci_lower / nullif(chosen_policies.n_targeted, 0)
            as lower_per_contact,
        chosen_policies.ci_upper / nullif(chosen_policies.n_targeted, 0)
            as upper_per_contact,
        case
            when sizes.decision not in ('all', 'send') then sizes.decision
            when sizes.n_sent is null then sizes.decision || ' without a list'
            when list_policies.is_override then sizes.decision || ' by hand'
            when
                sizes.decision = 'send'
                and not chosen_policies.is_heterogeneity_detected
                then 'send to all'
            else sizes.decision
        end as answer
    from sizes
    cross join list_policies
    left join chosen_policies
        on
            list_policies.policy = chosen_policies.policy
            and not list_policies.is_override
            and sizes.decision in ('all', 'send')

),

final as (

    select
        cast(list_position({{ decisions }}, answers.decision) as integer) as position,
        answers.decision,
        cast(answers.n_households as integer) as n_households,
        cast(answers.n_contacts as integer) as n_contacts,
        answers.contact_cost,
        answers.n_sent * answers.profit_per_contact as expected_profit,
        answers.n_sent * answers.lower_per_contact as expected_profit_ci_lower,
        answers.n_sent * answers.upper_per_contact as expected_profit_ci_upper,
        {{ fill_in('words.words', {
            'policy': "'policy \"' || answers.label || '\"'",
            'profit': in_money('answers.profit_per_contact'),
            'interval': interval_in_money(
                'answers.lower_per_contact', 'answers.upper_per_contact'
            ),
            'design': "'" ~ var('primary_design') ~ "'",
            'other_cost': in_money('answers.contact_cost - answers.sent_cost', 0),
        }) }} as what_is_known
    from answers
    left join words on answers.answer = words.answer

)

select * from final
order by position
