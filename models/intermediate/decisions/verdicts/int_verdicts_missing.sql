with

verdicts as (

    select * from {{ ref('int_verdicts') }}

),

questions as (

    select * from {{ ref('questions') }}

),

leading_design as (

    select * from {{ ref('int_leading_design') }}

),

obstacles as (

    select * from {{ ref('int_design_obstacles') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'no comparison'

),

-- The design that leads answers every question, if only by what it lacks.
unanswered_questions as (

    select
        leading_design.design,
        questions.question_id,
        case
            when questions.question_id = 'can_the_next_campaign_prove_it'
                then 'data too short'
        end as other_answer
    from questions
    cross join leading_design
    anti join verdicts
        on
            questions.question_id = verdicts.question_id
            and leading_design.design = verdicts.design

),

final as (

    select
        unanswered_questions.design,
        unanswered_questions.question_id,
        'no comparison' as answer,
        cast(null as double) as estimate,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        coalesce(words.words, obstacles.sentence) as verdict,
        coalesce(words.next_action, obstacles.next_action) as next_action
    from unanswered_questions
    inner join obstacles on unanswered_questions.design = obstacles.design
    left join words on unanswered_questions.other_answer = words.answer

)

select * from final
order by design, question_id
