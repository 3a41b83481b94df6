with

mechanism_estimates as (

    select * from {{ ref('int_mechanism_estimates') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

words as (

    select * from {{ ref('words') }}

),

-- An effect on too few households is not shown. All rows of a design are one family.
published_estimates as (

    select
        design,
        segment_id,
        mechanism,
        first_mean,
        second_mean,
        obstacle,
        p_value,
        if(obstacle is null, first_effect, null) as first_effect,
        if(obstacle is null, second_effect, null) as second_effect,
        if(obstacle is null, estimate, null) as estimate,
        if(obstacle is null, std_error, null) as std_error,
        {{ family_rank('p_value', 'design') }}
    from mechanism_estimates

),

adjusted_estimates as (

    select
        *,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        {{ q_value('p_value', 'design', 'n_family_tests', 'p_rank') }} as q_value
    from published_estimates

),

-- Unfamiliar coupons show in a difference above 0, the other mechanisms in one below 0.
findings as (

    select
        *,
        case
            when obstacle is not null then obstacle
            when q_value >= {{ var('heterogeneity_level') }} then 'not detected'
            when (estimate > 0) = (mechanism = 'mismatch') then 'shown'
            else 'contradicted'
        end as finding
    from adjusted_estimates

),

final as (

    select
        findings.design,
        cast(findings.segment_id as integer) as segment_id,
        segment_names.segment_name,
        findings.mechanism,
        measures.words as measure,
        findings.first_mean,
        findings.second_mean,
        findings.first_effect,
        findings.second_effect,
        findings.estimate,
        findings.std_error,
        findings.ci_lower,
        findings.ci_upper,
        findings.p_value,
        findings.q_value,
        findings.finding,
        {{ fill_in('answers.words', {
            'first_effect': in_money('findings.first_effect'),
            'second_effect': in_money('findings.second_effect'),
            'estimate': in_money('findings.estimate'),
            'interval': interval_in_money('findings.ci_lower', 'findings.ci_upper'),
        }) }} as reason,
        cautions.caution
    from findings
    inner join segment_names on findings.segment_id = segment_names.segment_id
    inner join words as measures
        on
            measures.topic = 'mechanism_measure'
            and findings.mechanism = measures.answer
    inner join words as answers
        on
            answers.topic = 'mechanism_' || findings.mechanism
            and findings.finding = answers.answer
    left join cautions on findings.design = cautions.design

)

select * from final
order by design, segment_id, mechanism
