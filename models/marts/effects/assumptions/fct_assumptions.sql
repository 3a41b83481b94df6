with

findings as (

    select * from {{ ref('int_assumption_findings') }}

),

assumptions as (

    select
        design,
        1 as position,
        'no interference' as assumption,
        'What a household buys does not depend on what others, or other campaigns, get.'
            as statement,
        format(
            '{:.0f} % of the treated and {:.0f} % of the controls were sent another '
            || 'campaign in the outcome window.',
            100 * treated_contaminated_share,
            100 * control_contaminated_share
        )
        || case
            when uncontaminated_estimate is not null
                then
                    format(
                        ' Without them the effect is {:.0f} dollars, with them {:.0f}.',
                        uncontaminated_estimate,
                        estimate
                    )
            else ''
        end as evidence,
        case
            when treated_contaminated_share + control_contaminated_share = 0
                then 'not contradicted'
            when uncontaminated_estimate is null then 'cannot be told'
            when uncontaminated_estimate between ci_lower and ci_upper
                then 'not contradicted'
            else 'contradicted'
        end as status,
        'Earlier campaigns are covariates; later ones are counted. Send one at a time.'
            as mitigation
    from findings
    union all
    select
        design,
        2 as position,
        'unconfoundedness' as assumption,
        'Given the covariates, who was sent the campaign is as good as random.'
            as statement,
        placebo_evidence
        || coalesce(
            format(
                ' A hidden cause of {:.1f} % of what the covariates leave of both '
                || 'targeting and sales would do away with the effect.',
                100 * confounder_strength
            ), ''
        )
        || coalesce(' ' || caution, '') as evidence,
        case
            when placebo_status = 'contradicted' then 'contradicted'
            when caution is not null then 'doubtful'
            else placebo_status
        end as status,
        'Hold out a random part of the next campaign.' as mitigation
    from findings
    union all
    select
        design,
        3 as position,
        'overlap' as assumption,
        'Every household could have been in either arm.' as statement,
        upper(overlap_evidence[1]) || overlap_evidence[2:] || '.' as evidence,
        case when is_overlap_sufficient then 'holds' else 'contradicted' end as status,
        case
            when is_overlap_sufficient then 'None needed: the headline is the ATE.'
            else 'The headline is the effect where arms overlap (ATO).'
        end as mitigation
    from findings
    union all
    select
        design,
        4 as position,
        'consistency' as assumption,
        'Being sent a campaign means the same for every household.' as statement,
        format(
            '{} campaigns, judged over {} to {} days, with coupons of their own.',
            n_campaigns,
            min_outcome_days,
            max_outcome_days
        ) as evidence,
        case when n_campaigns = 1 then 'holds' else 'doubtful' end as status,
        'Read the effect as that of campaigns as they were; see fct_group_effects by '
        || 'campaign.' as mitigation
    from findings
    union all
    select
        design,
        5 as position,
        'no anticipation' as assumption,
        'Nobody changes what they buy before the campaign begins.' as statement,
        placebo_evidence as evidence,
        placebo_status as status,
        'Covariates end on the day before the campaign.' as mitigation
    from findings

),

final as (

    select
        design,
        position,
        assumption,
        statement,
        evidence,
        status,
        mitigation
    from assumptions

)

select * from final
order by design, position
