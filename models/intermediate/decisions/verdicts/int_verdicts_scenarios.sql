{#- The effect that pays for a contact. -#}
{% set break_even = setting('cost_per_contact') / setting('margin') %}

with

scenarios as (

    select * from {{ ref('fct_scenarios') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

words as (

    select * from {{ ref('words') }}

),

-- Only cost over margin, the effect that breaks even, decides the sign of a profit.
break_evens as (

    select
        design,
        max(break_even_effect) filter (where verdict = 'earns') as highest_earning,
        min(break_even_effect) as lowest,
        max(break_even_effect) as highest,
        count(distinct scenario_id) as n_scenarios
    from scenarios
    group by design

),

answers as (

    select
        break_evens.*,
        'what_would_change_it' as question_id,
        case
            when not overlap.is_overlap_sufficient then 'no overlap'
            when break_evens.highest_earning is null then 'nothing pays'
            when break_evens.highest_earning < {{ break_even }} then 'cheaper'
            when break_evens.highest_earning = break_evens.highest
                then 'everything pays'
            else 'dearer'
        end as answer
    from break_evens
    inner join overlap on break_evens.design = overlap.design

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
            'break_even': in_money(break_even),
        }) }} as verdict,
        words.next_action
    from answers
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer

)

select * from final
order by design, question_id
