with

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

sensitivity as (

    select *
    from {{ ref('fct_sensitivity') }}
    where
        outcome = 'purchase_amount'
        and scenario = 'robustness value of the interval'

),

words as (

    select * from {{ ref('words') }}

),

answers as (

    select
        design,
        'did_spend_rise' as question_id,
        case
            when ci_lower > 0 and gate_status = 'passed' then 'raised'
            when ci_lower > 0 then 'raised, doubtful'
            when ci_upper < 0 and gate_status = 'passed' then 'lowered'
            when ci_upper < 0 then 'lowered, doubtful'
            else 'no effect'
        end as answer,
        estimand,
        estimate,
        ci_lower,
        ci_upper,
        p_value,
        reason
    from effect_estimates
    union all
    select
        design,
        'how_fragile_is_it' as question_id,
        case when confounder_strength = 0 then 'no effect' else 'explained away' end
            as answer,
        null as estimand,
        confounder_strength as estimate,
        null as ci_lower,
        null as ci_upper,
        null as p_value,
        null as reason
    from sensitivity

),

final as (

    select
        answers.design,
        answers.question_id,
        answers.answer,
        answers.estimate,
        answers.ci_lower,
        answers.ci_upper,
        answers.p_value,
        {{ fill_in('words.words', {
            'effect': in_money('answers.estimate'),
            'interval': interval_in_money('answers.ci_lower', 'answers.ci_upper'),
            'estimand': 'answers.estimand',
            'doubt': 'answers.reason',
            'strength': in_per_cent('answers.estimate', 1),
        }) }} as verdict,
        words.next_action
    from answers
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer

)

select * from final
order by design, question_id
