with

headlines as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

unit_counts as (

    select * from {{ ref('int_holdout_sizes') }}

),

-- The effect that pays for a contact.
contact_costs as (

    select
        cost_per_contact,
        cost_per_contact / {{ setting('margin') }} as break_even
    from {{ ref('int_contact_cost') }}

),

words as (

    select * from {{ ref('words') }}

),

evidence as (

    select
        headlines.design,
        unit_counts.n_sent,
        unit_counts.n_held_out,
        unit_counts.n_expected,
        headlines.ci_lower as effect_lower,
        headlines.ci_upper as effect_upper,
        contact_costs.break_even,
        {{ setting('margin') }} * headlines.estimate - contact_costs.cost_per_contact
            as profit,
        {{ setting('margin') }} * headlines.ci_lower - contact_costs.cost_per_contact
            as profit_lower,
        {{ setting('margin') }} * headlines.ci_upper - contact_costs.cost_per_contact
            as profit_upper,
        {{ chi_square_p_value('unit_counts.ratio_statistic', '1') }}
        < {{ var('srm_level') }} as is_broken,
        case
            when is_broken then 'broken draw'
            when profit_lower > 0 then 'drawn, pays'
            when profit_upper < 0 then 'drawn, loses'
            else 'drawn, unclear'
        end as profit_answer
    from headlines
    inner join unit_counts on headlines.design = unit_counts.design
    cross join contact_costs

),

answers as (

    select
        *,
        unnest([
            'how_fragile_is_it', 'can_we_trust_it', 'do_customers_differ',
            'which_policy_pays', 'what_does_it_earn', 'what_would_change_it'
        ]) as question_id,
        unnest([
            case when is_broken then 'broken draw' else 'drawn' end,
            case when is_broken then 'broken draw' else 'drawn' end,
            'drawn', profit_answer, profit_answer, profit_answer
        ]) as answer,
        unnest([null, null, null, null, profit, null]) as estimate,
        unnest([null, null, null, null, profit_lower, null]) as ci_lower,
        unnest([null, null, null, null, profit_upper, null]) as ci_upper
    from evidence

),

final as (

    select
        answers.design,
        answers.question_id,
        answers.answer,
        answers.estimate,
        answers.ci_lower,
        answers.ci_upper,
        cast(null as double) as p_value,
        {{ fill_in('words.words', {
            'n_sent': in_digits('answers.n_sent', 0),
            'n_held_out': in_digits('answers.n_held_out', 0),
            'n_expected': in_digits('answers.n_expected', 0),
            'profit': in_money('answers.profit'),
            'interval': interval_in_money('profit_lower', 'profit_upper'),
            'lowest': in_money('answers.effect_lower'),
            'highest': in_money('answers.effect_upper'),
            'break_even': in_money('answers.break_even'),
        }) }} as verdict,
        words.next_action
    from answers
    inner join words
        on answers.question_id = words.topic and answers.answer = words.answer

)

select * from final
order by design, question_id
