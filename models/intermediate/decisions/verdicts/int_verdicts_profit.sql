with

chosen_policies as (

    select *
    from {{ ref('int_chosen_policies') }}
    where is_decisive

),

profits as (

    select * from {{ ref('int_reported_profits') }}

),

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

words as (

    select * from {{ ref('words') }}

),

answers as (

    select
        chosen_policies.design,
        'what_does_it_earn' as question_id,
        case
            when versus_today.ci_lower > 0 then 'more'
            when versus_today.ci_upper < 0 then 'less'
            else 'cannot be determined'
        end as answer,
        case when chosen_policies.policy = 'treat_none' then 'nobody' else 'policy' end
            as answer_against_nothing,
        case when target_populations.gate_status = 'failed' then 'too little' end
            as overlap_answer,
        versus_today.profit,
        versus_today.ci_lower,
        versus_today.ci_upper,
        versus_none.profit as none_profit,
        versus_none.ci_lower as none_ci_lower,
        versus_none.ci_upper as none_ci_upper
    from chosen_policies
    inner join target_populations
        on
            chosen_policies.design = target_populations.design
            and chosen_policies.population = target_populations.population
    inner join profits as versus_today
        on
            chosen_policies.design = versus_today.design
            and chosen_policies.population = versus_today.population
            and chosen_policies.policy = versus_today.policy
            and versus_today.baseline = 'current_practice'
    inner join profits as versus_none
        on
            chosen_policies.design = versus_none.design
            and chosen_policies.population = versus_none.population
            and chosen_policies.policy = versus_none.policy
            and versus_none.baseline = 'treat_none'

),

final as (

    select
        answers.design,
        answers.question_id,
        answers.answer,
        answers.profit as estimate,
        answers.ci_lower,
        answers.ci_upper,
        cast(null as double) as p_value,
        {{ fill_in('words.words', {
            'against_nothing': fill_in('none_words.words', {
                'profit': in_money('none_profit', 0),
                'interval': interval_in_money('none_ci_lower', 'none_ci_upper', 0),
            }),
            'profit': in_money('profit', 0),
            'interval': interval_in_money('ci_lower', 'ci_upper', 0),
        }) }} as verdict,
        -- Without overlap no answer counts before a random holdout.
        coalesce(overlap_words.next_action, words.next_action) as next_action
    from answers
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer
    inner join words as none_words
        on
            none_words.topic = 'profit_against_nothing'
            and answers.answer_against_nothing = none_words.answer
    left join words as overlap_words
        on
            overlap_words.topic = 'overlap'
            and answers.overlap_answer = overlap_words.answer

)

select * from final
order by design, question_id
