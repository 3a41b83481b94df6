with

findings as (

    select * from {{ ref('int_assumption_findings') }}

),

words as (

    select * from {{ ref('words_assumptions') }}

),

examined_assumptions as (

    select
        design,
        'no interference' as assumption,
        {{ interference_evidence(
            'treated_contaminated_share',
            'control_contaminated_share',
            'uncontaminated_estimate',
            'estimate',
            'change_ci_lower',
            'change_ci_upper'
        ) }} as evidence,
        interference_status as status
    from findings
    union all
    select
        design,
        'unconfoundedness' as assumption,
        {{ unconfoundedness_evidence(
            'placebo_evidence', 'confounder_strength', 'caution'
        ) }} as evidence,
        case
            when placebo_status = 'contradicted' then 'contradicted'
            when caution is not null then 'doubtful'
            else placebo_status
        end as status
    from findings
    union all
    select
        design,
        'overlap' as assumption,
        {{ as_sentence('overlap_evidence') }} as evidence,
        case when is_overlap_sufficient then 'holds' else 'contradicted' end as status
    from findings
    union all
    select
        design,
        'consistency' as assumption,
        {{ consistency_evidence(
            'n_campaigns', 'min_outcome_days', 'max_outcome_days'
        ) }} as evidence,
        case when n_campaigns = 1 then 'holds' else 'doubtful' end as status
    from findings
    union all
    select
        design,
        'no anticipation' as assumption,
        placebo_evidence as evidence,
        placebo_status as status
    from findings

),

final as (

    select
        examined_assumptions.design,
        words.position,
        examined_assumptions.assumption,
        words.statement,
        examined_assumptions.evidence,
        examined_assumptions.status,
        case
            when examined_assumptions.status = 'holds'
                then coalesce(words.mitigation_if_it_holds, words.mitigation)
            else words.mitigation
        end as mitigation
    from examined_assumptions
    inner join words on examined_assumptions.assumption = words.assumption

)

select * from final
order by design, position
