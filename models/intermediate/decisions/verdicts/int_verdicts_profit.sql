with

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}

),

comparisons as (

    select * from {{ ref('int_policy_comparisons') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

-- The last part of the households, which chose nothing, for all units.
reported_differences as (

    select
        comparisons.design,
        comparisons.policy,
        comparisons.baseline,
        comparisons.profit * whole.n_units / comparisons.n_units as profit,
        comparisons.std_error * whole.n_units / comparisons.n_units as std_error
    from comparisons
    inner join comparisons as whole
        on
            comparisons.design = whole.design
            and comparisons.policy = whole.policy
            and comparisons.baseline = whole.baseline
            and whole.population = 'all'
    where
        comparisons.population = 'report'
        and comparisons.baseline in ('treat_none', 'current_practice')

),

earnings as (

    select
        chosen_policies.design,
        chosen_policies.policy,
        overlap.is_overlap_sufficient,
        versus_today.profit as estimate,
        {{ confidence_limit('versus_today.profit', 'versus_today.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('versus_today.profit', 'versus_today.std_error', 'upper') }}
            as ci_upper,
        versus_none.profit as none_estimate,
        {{ confidence_limit('versus_none.profit', 'versus_none.std_error', 'lower') }}
            as none_ci_lower,
        {{ confidence_limit('versus_none.profit', 'versus_none.std_error', 'upper') }}
            as none_ci_upper
    from chosen_policies
    inner join overlap on chosen_policies.design = overlap.design
    inner join reported_differences as versus_today
        on
            chosen_policies.design = versus_today.design
            and chosen_policies.policy = versus_today.policy
            and versus_today.baseline = 'current_practice'
    inner join reported_differences as versus_none
        on
            chosen_policies.design = versus_none.design
            and chosen_policies.policy = versus_none.policy
            and versus_none.baseline = 'treat_none'

),

final as (

    select
        design,
        'what_does_it_earn' as question_id,
        'What does that earn against nothing and against today''s practice?'
            as question,
        estimate,
        'dollars of profit against today''s practice, on the households of the trials'
            as unit,
        ci_lower,
        ci_upper,
        cast(null as double) as p_value,
        case
            when policy = 'treat_none' then 'sending nobody earns nothing'
            else
                format(
                    'against nothing: {:.0f} dollars ({:.0f} to {:.0f})',
                    none_estimate,
                    none_ci_lower,
                    none_ci_upper
                )
        end
        || case
            when ci_lower > 0 then '; against today: surely more'
            when ci_upper < 0 then '; against today: surely less'
            else '; against today: it cannot be told'
        end
        || format(' ({:.0f} to {:.0f})', ci_lower, ci_upper) as verdict,
        case
            when not is_overlap_sufficient
                then 'Hold back a random part of the next campaign: today''s practice '
                    || 'leaves too few to compare with.'
            when ci_lower > 0 then 'Replace today''s practice.'
            else 'Let the next campaign compare both, drawn at random.'
        end as next_action
    from earnings

)

select * from final
order by design, question_id
