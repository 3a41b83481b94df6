with

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cate_validation as (

    select *
    from {{ ref('fct_cate_validation') }}
    where outcome = 'purchase_amount' and is_primary and test = 'blp_slope'

),

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}

),

heterogeneity_verdicts as (

    select
        design,
        'do_customers_differ' as question_id,
        'Do effects differ enough between customers to personalise?' as question,
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
        'Whom should the next campaign target?' as question,
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

final as (

    select * from heterogeneity_verdicts
    union all
    select * from policy_verdicts

)

select * from final
order by design, question_id
