with

facts as (

    select * from {{ ref('int_rollout_facts') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'rollout'

),

phase_names as (

    select
        unnest(['measure', 'scale', 'watch', 'other types']) as phase,
        unnest([1, 2, 3, 4]) as position

),

-- The first phase holds half back, whatever the list does.
phases as (

    select
        facts.*,
        phase_names.position,
        phase_names.phase,
        case phase_names.phase
            when 'measure' then facts.first_status
            when 'scale' then if(facts.first_status = 'done', 'next', 'later')
            when 'watch' then 'later'
            else 'unknown'
        end as status,
        case phase_names.phase
            when 'measure' then facts.n_named // 2
            when 'scale' then facts.n_contacts
        end as n_phase_contacts,
        facts.contact_cost * n_phase_contacts / nullif(facts.n_contacts, 0)
            as phase_cost,
        case
            when phase_names.phase = 'measure' and coalesce(facts.n_contacts, 0) = 0
                then 'measure without a list'
            when phase_names.phase = 'measure' and facts.n_needed is null
                then 'measure without power'
            when phase_names.phase = 'scale' and facts.expected_profit is null
                then 'scale without a profit'
            else phase_names.phase
        end as answer
    from facts
    cross join phase_names
    where
        case phase_names.phase
            when 'measure' then true
            when 'other types' then facts.other_types is not null
            else coalesce(facts.n_contacts, 0) > 0
        end

),

final as (

    select
        cast(phases.position as integer) as position,
        phases.phase,
        phases.status,
        if(phases.phase = 'other types', phases.other_types, phases.studied_types)
            as campaign_types,
        cast(phases.n_phase_contacts as integer) as n_contacts,
        phases.phase_cost as contact_cost,
        {{ fill_in('words.words', {
            'contacts': in_digits('phases.n_phase_contacts', 0),
            'cost': in_money('phases.phase_cost', 0),
            'needed': in_digits('phases.n_needed', 0),
            'existing': in_digits('phases.n_households', 0),
            'campaigns': in_digits('phases.n_campaigns', 0),
            'weeks': 'phases.horizon_weeks',
            'profit': in_money('phases.expected_profit', 0),
            'interval': interval_in_money(
                'phases.expected_profit_ci_lower', 'phases.expected_profit_ci_upper', 0
            ),
            'types': 'phases.other_types',
        }) }} as plan,
        words.next_action
    from phases
    inner join words on phases.answer = words.answer

)

select * from final
order by position
