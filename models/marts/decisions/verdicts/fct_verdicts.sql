with

verdicts as (

    select * from {{ ref('int_verdicts') }}
    union all
    select * from {{ ref('int_verdicts_missing') }}

),

questions as (

    select * from {{ ref('questions') }}

),

gates as (

    select * from {{ ref('int_verdict_gates') }}

),

leading_design as (

    select * from {{ ref('int_leading_design') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

words as (

    select * from {{ ref('words') }}

),

-- A design that may mislead weakens the answer that spend changed, and deepens a doubt.
-- A doubtful effect weakens the policy that rests on it.
cautioned_verdicts as (

    select
        verdicts.*,
        cautions.caution,
        gates.population,
        gates.is_overlap_sufficient,
        gates.overlap_evidence,
        case
            when starts_with(verdicts.answer, 'policy') and gates.is_effect_doubtful
                then 'doubtful effect'
            when cautions.caution is null then null
            when verdicts.answer in ('raised', 'lowered') then 'design'
            when verdicts.answer in ('raised, doubtful', 'lowered, doubtful')
                then 'doubtful design'
        end as weakness
    from verdicts
    left join cautions on verdicts.design = cautions.design
    left join gates
        on
            verdicts.design = gates.design
            and verdicts.question_id = gates.question_id

),

final as (

    select
        verdicts.design,
        verdicts.design = leading_design.design as is_primary_design,
        verdicts.question_id,
        questions.question,
        verdicts.population,
        verdicts.answer,
        verdicts.estimate,
        {{ in_currency('questions.unit') }} as unit,
        verdicts.ci_lower,
        verdicts.ci_upper,
        verdicts.p_value,
        coalesce(
            verdicts.is_overlap_sufficient,
            leading_design.is_drawn
            or (questions.is_about_campaigns and verdicts.answer != 'no comparison')
        ) as is_overlap_gate_passed,
        {{ fill_in('gate_words.words', {'evidence': 'verdicts.overlap_evidence'}) }}
            as gates,
        {{ in_currency("concat_ws(' ', verdicts.verdict, caution_words.words)") }}
            as verdict,
        verdicts.next_action,
        case when not questions.is_about_campaigns then verdicts.caution end as caution
    from cautioned_verdicts as verdicts
    inner join questions on verdicts.question_id = questions.question_id
    cross join leading_design
    -- Only the design that leads is here without an overlap that was measured.
    inner join words as gate_words
        on
            gate_words.topic = 'overlap'
            and gate_words.answer = case
                when verdicts.is_overlap_sufficient then 'sufficient'
                when not verdicts.is_overlap_sufficient then 'too little'
                when
                    questions.is_about_campaigns and verdicts.answer != 'no comparison'
                    then 'each campaign'
                when leading_design.is_drawn then 'drawn'
                else 'no comparison'
            end
    left join words as caution_words
        on
            caution_words.topic = 'caution'
            and verdicts.weakness = caution_words.answer

)

select * from final
order by design, question_id
