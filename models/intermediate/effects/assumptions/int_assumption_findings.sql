with

evidence as (

    select * from {{ ref('int_assumption_evidence') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

robustness as (

    select *
    from {{ ref('fct_sensitivity') }}
    where
        outcome = 'purchase_amount'
        and scenario = 'robustness value of the interval'

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

final as (

    select
        evidence.*,
        overlap.is_overlap_sufficient,
        overlap.overlap_evidence,
        robustness.confounder_strength,
        cautions.caution,
        {{ placebo_evidence(
            'evidence.placebo_estimate',
            'evidence.placebo_ci_lower',
            'evidence.placebo_ci_upper'
        ) }} as placebo_evidence,
        {{ gate_as_assumption('evidence.placebo_gate') }} as placebo_status,
        {{ gate_as_assumption('evidence.interference_gate') }} as interference_status
    from evidence
    inner join overlap on evidence.design = overlap.design
    left join robustness on evidence.design = robustness.design
    left join cautions on evidence.design = cautions.design

)

select * from final
order by design
