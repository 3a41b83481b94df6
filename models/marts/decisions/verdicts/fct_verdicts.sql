with

verdicts as (

    select * from {{ ref('int_verdicts') }}

),

questions as (

    select * from {{ ref('questions') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

words as (

    select * from {{ ref('words') }}

),

-- A design that may mislead weakens the answer that spend changed.
cautioned_verdicts as (

    select
        verdicts.*,
        cautions.caution,
        verdicts.answer in ('raised', 'lowered') and cautions.caution is not null
            as is_weakened
    from verdicts
    left join cautions on verdicts.design = cautions.design

),

final as (

    select
        verdicts.design,
        verdicts.design = '{{ var("primary_design") }}' as is_primary_design,
        verdicts.question_id,
        questions.question,
        verdicts.answer,
        verdicts.estimate,
        questions.unit,
        verdicts.ci_lower,
        verdicts.ci_upper,
        verdicts.p_value,
        overlap.is_overlap_sufficient as is_overlap_gate_passed,
        {{ fill_in('gate_words.words', {'evidence': 'overlap.overlap_evidence'}) }}
            as gates,
        concat_ws(' ', verdicts.verdict, caution_words.words) as verdict,
        verdicts.next_action,
        verdicts.caution
    from cautioned_verdicts as verdicts
    inner join questions on verdicts.question_id = questions.question_id
    inner join overlap on verdicts.design = overlap.design
    inner join words as gate_words
        on
            gate_words.topic = 'overlap'
            and (gate_words.answer = 'sufficient') = overlap.is_overlap_sufficient
    left join words as caution_words
        on caution_words.topic = 'caution' and verdicts.is_weakened

)

select * from final
order by design, question_id
