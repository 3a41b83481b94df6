with

scenarios as (

    select *
    from {{ ref('fct_scenarios') }}
    where is_decisive

),

words as (

    select * from {{ ref('words') }}

),

-- Only cost over margin, the effect that breaks even, decides the sign of a profit.
break_evens as (

    select
        design,
        max(break_even_effect) filter (where is_configured) as break_even,
        max(break_even_effect) filter (where verdict = 'earns') as highest_earning,
        min(break_even_effect) as lowest,
        max(break_even_effect) as highest,
        count(distinct scenario_id) as n_scenarios,
        max(gate_status) as gate_status
    from scenarios
    group by design

),

answers as (

    select
        *,
        'what_would_change_it' as question_id,
        case
            when gate_status = 'failed' then 'no overlap'
            when highest_earning is null then 'nothing pays'
            when highest_earning < break_even then 'cheaper'
            when highest_earning = highest then 'everything pays'
            else 'dearer'
        end as answer
    from break_evens

),

final as (

    select
        answers.design,
        answers.question_id,
        answers.answer,
        answers.highest_earning as estimate,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        {{ fill_in('words.words', {
            'lowest': in_money('answers.lowest'),
            'highest': in_money('answers.highest'),
            'n_scenarios': 'answers.n_scenarios',
            'highest_earning': in_money('answers.highest_earning'),
            'break_even': in_money('answers.break_even'),
        }) }} as verdict,
        words.next_action
    from answers
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer

)

select * from final
order by design, question_id
