with

assumptions as (

    select * from {{ ref('fct_assumptions') }}

),

words as (

    select * from {{ ref('words') }}

),

-- Assumptions are listed in the order of their table. Those that cannot be tested are
-- doubtful, too.
counted_assumptions as (

    select
        design,
        count(*) filter (where status = 'contradicted') as n_contradicted,
        string_agg(assumption, ', ' order by position) filter (
            where status = 'contradicted'
        ) as contradicted,
        string_agg(assumption, ', ' order by position) filter (
            where status in ('doubtful', 'cannot be determined')
        ) as doubtful
    from assumptions
    group by design

),

answers as (

    select
        *,
        'can_we_trust_it' as question_id,
        case
            when n_contradicted > 0 then 'contradicted'
            when doubtful is not null then 'doubtful'
            else 'not contradicted'
        end as answer
    from counted_assumptions

),

final as (

    select
        answers.design,
        answers.question_id,
        answers.answer,
        cast(answers.n_contradicted as double) as estimate,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        {{ fill_in('words.words', {
            'n_contradicted': 'answers.n_contradicted',
            'assumptions': 'coalesce(answers.contradicted, answers.doubtful)',
        }) }} as verdict,
        words.next_action
    from answers
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer

)

select * from final
order by design
