with

policy_choices as (

    select * from {{ ref('int_policy_choices') }}

),

words as (

    select * from {{ ref('words') }}

),

answers as (

    select
        *,
        case
            when exclusion_reason is not null then exclusion_reason
            when is_recommended
                then 'recommended' || if(confirmed_on = 'all', ', all or none', '')
            when is_chosen
                then 'not confirmed' || if(confirmed_on = 'all', ', all or none', '')
            when choose_rank = 1 then 'best but loses'
            else 'not the best'
        end as answer
    from policy_choices

),

final as (

    select
        answers.design,
        answers.population,
        answers.policy,
        answers.label,
        answers.share_targeted,
        cast(answers.choose_rank as integer) as choose_rank,
        answers.choose_profit,
        answers.validate_profit,
        answers.validate_ci_lower,
        answers.validate_ci_upper,
        answers.report_profit,
        answers.report_ci_lower,
        answers.report_ci_upper,
        answers.confirmed_on,
        answers.confirm_profit,
        answers.confirm_ci_lower,
        answers.confirm_ci_upper,
        answers.is_chosen,
        answers.is_recommended,
        {{ fill_in('words.words', {
            'profit': in_money('answers.confirm_profit'),
            'interval': interval_in_money(
                'answers.confirm_ci_lower', 'answers.confirm_ci_upper'
            ),
        }) }} as decision
    from answers
    inner join words
        on words.topic = 'policy_choice' and answers.answer = words.answer

)

select * from final
order by design, population, policy
