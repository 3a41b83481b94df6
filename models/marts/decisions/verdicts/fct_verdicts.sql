with

effect_verdicts as (

    select * from {{ ref('int_verdicts_effect') }}

),

verdicts_targeting as (

    select * from {{ ref('int_verdicts_targeting') }}

),

verdicts_profit as (

    select * from {{ ref('int_verdicts_profit') }}

),

verdicts_scenarios as (

    select * from {{ ref('int_verdicts_scenarios') }}

),

verdicts_power as (

    select * from {{ ref('int_verdicts_power') }}

),

verdicts_assumptions as (

    select * from {{ ref('int_verdicts_assumptions') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

verdicts as (

    select * from effect_verdicts
    union all
    select * from verdicts_assumptions
    union all
    select * from verdicts_targeting
    union all
    select * from verdicts_profit
    union all
    select * from verdicts_scenarios
    union all
    select * from verdicts_power

),

final as (

    select
        verdicts.design,
        verdicts.design = '{{ var("primary_design") }}' as is_primary_design,
        verdicts.question_id,
        verdicts.question,
        verdicts.estimate,
        verdicts.unit,
        verdicts.ci_lower,
        verdicts.ci_upper,
        verdicts.p_value,
        overlap.is_overlap_sufficient as is_overlap_gate_passed,
        case
            when overlap.is_overlap_sufficient then 'Arms overlap: '
            else 'Arms overlap too little, so the headline is the ATO: '
        end
        || overlap.overlap_evidence
        || '.' as gates,
        verdicts.verdict
        || case
            when
                cautions.caution is not null
                and verdicts.question_id = 'did_spend_rise'
                and verdicts.verdict != 'no detectable effect'
                then ', unless the design misleads: see caution'
            else ''
        end as verdict,
        verdicts.next_action,
        cautions.caution
    from verdicts
    inner join overlap on verdicts.design = overlap.design
    left join cautions on verdicts.design = cautions.design

)

select * from final
order by design, question_id
