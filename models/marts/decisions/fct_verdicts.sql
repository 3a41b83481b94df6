with

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cate_validation as (

    select *
    from {{ ref('fct_cate_validation') }}
    where outcome = 'purchase_amount' and test = 'blp_slope'

),

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}

),

sensitivity as (

    select *
    from {{ ref('fct_sensitivity') }}
    where
        outcome = 'purchase_amount'
        and scenario = 'robustness value of the interval'

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

effect_verdicts as (

    select
        design,
        'did_spend_rise' as question_id,
        'Did the campaigns raise spend?' as question,
        estimate,
        'dollars per household (' || estimand || ')' as unit,
        ci_lower,
        ci_upper,
        p_value,
        case
            when ci_lower > 0 then 'raised spend'
            when ci_upper < 0 then 'lowered spend'
            else 'no detectable effect'
        end as verdict,
        case
            when ci_lower > 0
                then 'Confirm with a random holdout in the next campaign.'
            when ci_upper < 0
                then 'Stop, or test another offer against a random holdout.'
            else 'Do not scale up: hold out at random and measure again.'
        end as next_action
    from effect_estimates

),

heterogeneity_verdicts as (

    select
        design,
        'do_customers_differ' as question_id,
        'Does the effect differ between customers?' as question,
        value as estimate,
        'dollars of effect per dollar predicted' as unit,
        ci_lower,
        ci_upper,
        p_value,
        verdict,
        case
            when is_passed then 'Compare policies that rank customers.'
            else 'Treat all or none: no ranking is better than chance.'
        end as next_action
    from cate_validation

),

policy_verdicts as (

    select
        chosen_policies.design,
        'which_policy_pays' as question_id,
        'Which policy surely earns more than sending nothing?' as question,
        chosen_policies.profit as estimate,
        'dollars of profit on the households of the trials' as unit,
        chosen_policies.ci_lower,
        chosen_policies.ci_upper,
        cast(null as double) as p_value,
        case
            when not overlap.is_overlap_sufficient
                then 'none can be graded: the arms overlap too little'
            when chosen_policies.policy = 'treat_none' then 'none: send nothing'
            else chosen_policies.policy || ': '
                || format('{:.0f} %', 100 * chosen_policies.share_targeted)
                || ' of customers'
        end as verdict,
        case
            when chosen_policies.policy = 'treat_none'
                then 'Send only as a test with a random holdout.'
            else 'Send it, with a random holdout inside the list.'
        end as next_action
    from chosen_policies
    inner join overlap on chosen_policies.design = overlap.design

),

sensitivity_verdicts as (

    select
        design,
        'how_fragile_is_it' as question_id,
        'How strong a hidden cause would explain the effect away?' as question,
        confounder_strength as estimate,
        'share of the unexplained targeting and spend' as unit,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        case
            when confounder_strength = 0 then 'there is no effect to explain away'
            else 'one that explains '
                || format('{:.1f} %', 100 * confounder_strength)
                || ' of what the covariates leave of both targeting and spend'
        end as verdict,
        'Ask what the retailer knew that the covariates do not say.' as next_action
    from sensitivity

),

verdicts as (

    select * from effect_verdicts
    union all
    select * from heterogeneity_verdicts
    union all
    select * from policy_verdicts
    union all
    select * from sensitivity_verdicts

),

final as (

    select
        verdicts.design,
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
        verdicts.verdict,
        verdicts.next_action,
        cautions.caution
    from verdicts
    inner join overlap on verdicts.design = overlap.design
    left join cautions on verdicts.design = cautions.design

)

select * from final
order by design, question_id
