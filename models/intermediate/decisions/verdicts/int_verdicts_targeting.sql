with

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

design_checks as (

    select * from {{ ref('int_design_checks') }}

),

cate_validation as (

    select *
    from {{ ref('fct_cate_validation') }}
    where outcome = 'purchase_amount' and is_primary and test = 'blp_slope'

),

chosen_policies as (

    select *
    from {{ ref('int_chosen_policies') }}
    where is_decisive

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
        value as estimate,
        ci_lower,
        ci_upper,
        p_value
    from cate_validation
    union all by name
    select
        chosen_policies.design,
        'which_policy_pays' as question_id,
        case
            when populations.gate_status = 'failed' then 'cannot be determined'
            when design_checks.failed_check is not null
                then design_checks.failed_check
            else
                if(chosen_policies.policy = 'treat_none', 'nobody', 'policy')
                || if(chosen_policies.population = 'all', '', ', comparable')
        end as answer,
        chosen_policies.label as subject,
        chosen_policies.share_targeted,
        populations.n_units,
        populations.reason as gate_reason,
        whole.n_units as n_all_units,
        chosen_policies.profit / nullif(chosen_policies.n_targeted, 0)
            as profit_per_contact,
        chosen_policies.profit as estimate,
        chosen_policies.ci_lower,
        chosen_policies.ci_upper
    from chosen_policies
    inner join target_populations as populations
        on
            chosen_policies.design = populations.design
            and chosen_policies.population = populations.population
    inner join target_populations as whole
        on
            chosen_policies.design = whole.design
            and whole.population = 'all'
    left join design_checks on chosen_policies.design = design_checks.design

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
            'gate_reason': 'answers.gate_reason',
            'n_units': in_digits('answers.n_units', 0),
            'n_all_units': in_digits('answers.n_all_units', 0),
            'profit_per_contact': in_money('answers.profit_per_contact'),
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
