with

effect_verdicts as (

    select * from {{ ref('int_effect_verdicts') }}

),

targeting_verdicts as (

    select * from {{ ref('int_targeting_verdicts') }}

),

earning_verdicts as (

    select * from {{ ref('int_earning_verdicts') }}

),

change_verdicts as (

    select * from {{ ref('int_change_verdicts') }}

),

power_verdicts as (

    select * from {{ ref('int_power_verdicts') }}

),

trust_verdicts as (

    select * from {{ ref('int_trust_verdicts') }}

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
    select * from trust_verdicts
    union all
    select * from targeting_verdicts
    union all
    select * from earning_verdicts
    union all
    select * from change_verdicts
    union all
    select * from power_verdicts

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
