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

words as (

    select * from {{ ref('words') }}

),

answers as (

    select
        design,
        'do_customers_differ' as question_id,
        case when is_passed then 'differ' else 'not detected' end as answer,
        verdict as subject,
        null as share_targeted,
        value as estimate,
        ci_lower,
        ci_upper,
        p_value
    from cate_validation
    union all
    select
        chosen_policies.design,
        'which_policy_pays' as question_id,
        case
            when not overlap.is_overlap_sufficient then 'cannot be determined'
            when chosen_policies.policy = 'treat_none' then 'nobody'
            else 'policy'
        end as answer,
        chosen_policies.policy as subject,
        chosen_policies.share_targeted,
        chosen_policies.profit as estimate,
        chosen_policies.ci_lower,
        chosen_policies.ci_upper,
        null as p_value
    from chosen_policies
    inner join overlap on chosen_policies.design = overlap.design

),

final as (

    select
        answers.design,
        answers.question_id,
        answers.answer,
        answers.estimate,
        answers.ci_lower,
        answers.ci_upper,
        answers.p_value,
        {{ fill_in('words.words', {
            'finding': 'answers.subject',
            'slope': in_money('answers.estimate'),
            'slope_interval': interval_in_money(
                'answers.ci_lower', 'answers.ci_upper'
            ),
            'policy': 'answers.subject',
            'share': in_per_cent('answers.share_targeted'),
            'profit': in_money('answers.estimate', 0),
            'interval': interval_in_money('answers.ci_lower', 'answers.ci_upper', 0),
        }) }} as verdict,
        words.next_action
    from answers
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer

)

select * from final
order by design, question_id
