with

phases as (

    select *
    from {{ ref('fct_campaign_phases') }}
    where scope = 'all campaigns'

),

campaign_verdicts as (

    select * from {{ ref('int_verdicts_campaigns') }}
    where question_id = 'which_campaigns_paid'

),

words as (

    select * from {{ ref('words') }}

),

effects as (

    select
        bool_or(not is_placebo_passed) as is_placebo_failed,
        max(estimate) filter (where outcome = 'sales' and phase = 'while it ran')
            as running,
        max(estimate) filter (where outcome = 'sales' and phase = 'after it ended')
            as ended,
        max(ci_lower) filter (where outcome = 'sales' and phase = 'after it ended')
            as ended_lower,
        max(ci_upper) filter (where outcome = 'sales' and phase = 'after it ended')
            as ended_upper,
        max(p_value) filter (where outcome = 'sales' and phase = 'after it ended')
            as ended_p_value,
        max(estimate) filter (where outcome = 'other_sales' and phase = 'while it ran')
            as other,
        max(ci_lower) filter (where outcome = 'other_sales' and phase = 'while it ran')
            as other_lower,
        max(ci_upper) filter (where outcome = 'other_sales' and phase = 'while it ran')
            as other_upper
    from phases

),

-- Purchases that were brought forward are missing after the end, purchases that were
-- moved to products with a coupon are missing among the others.
answers as (

    select
        *,
        'do_they_only_move_purchases' as question_id,
        case
            when running is null then 'not known'
            when is_placebo_failed then 'placebo failed'
            when ended_upper < 0 and other_upper < 0 then 'both'
            when ended_upper < 0 then 'in time'
            when other_upper < 0 then 'between products'
            else 'not detected'
        end as answer
    from effects

),

final as (

    select
        campaign_verdicts.design,
        answers.question_id,
        answers.answer,
        answers.ended as estimate,
        answers.ended_lower as ci_lower,
        answers.ended_upper as ci_upper,
        answers.ended_p_value as p_value,
        {{ fill_in('words.words', {
            'running': in_money('answers.running'),
            'ended': in_money('answers.ended'),
            'ended_interval': interval_in_money(
                'answers.ended_lower', 'answers.ended_upper'
            ),
            'other': in_money('answers.other'),
            'other_interval': interval_in_money(
                'answers.other_lower', 'answers.other_upper'
            ),
        }) }} as verdict,
        words.next_action
    from answers
    cross join campaign_verdicts
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer

)

select * from final
order by design, question_id
