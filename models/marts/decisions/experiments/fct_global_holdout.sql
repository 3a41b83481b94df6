with

effects as (

    select
        *,
        margin * effect - contact_cost as profit,
        margin * ci_lower - contact_cost as profit_ci_lower,
        margin * ci_upper - contact_cost as profit_ci_upper
    from {{ ref('int_global_holdout_effects') }}

),

words as (

    select *
    from {{ ref('words') }}
    where topic = 'global_holdout'

),

answers as (

    select
        effects.*,
        {{ fill_in('words.words', {
            'min_group_households': var('min_group_households'),
            'min_outcome_days': var('min_outcome_days'),
        }) }} as invalid_reason,
        case
            when effects.invalid_answer is not null then 'no figure'
            when effects.profit_ci_lower > 0 then 'earns'
            when effects.profit_ci_upper < 0 then 'loses'
            when effects.margin is null and effects.ci_lower > 0 then 'more'
            when effects.margin is null and effects.ci_upper < 0 then 'less'
            else 'unclear'
        end as answer
    from effects
    left join words on effects.invalid_answer = words.answer

),

final as (

    select
        answers.metric,
        answers.method,
        answers.role,
        cast(answers.start_day as integer) as start_day,
        cast(answers.end_day as integer) as end_day,
        answers.global_holdout_share,
        cast(answers.n_held_out as integer) as n_held_out,
        cast(answers.n_others as integer) as n_others,
        answers.ratio_p_value,
        answers.contacts_per_held_out,
        answers.contacts_per_other,
        answers.invalid_reason,
        answers.held_out_mean,
        answers.others_mean,
        answers.effect,
        answers.std_error,
        answers.ci_lower,
        answers.ci_upper,
        case
            when answers.std_error > 0
                then {{ two_sided_p_value('answers.effect / answers.std_error') }}
        end as p_value,
        answers.profit as profit_per_household,
        answers.profit_ci_lower,
        answers.profit_ci_upper,
        {{ fill_in('words.words', {
            'invalid_reason': 'answers.invalid_reason',
            'profit': in_money('answers.profit'),
            'profit_interval': interval_in_money(
                'answers.profit_ci_lower', 'answers.profit_ci_upper'
            ),
            'effect': in_digits('answers.effect', 2),
            'unit': in_currency('answers.unit'),
            'ci_lower': in_digits('answers.ci_lower', 2),
            'ci_upper': in_digits('answers.ci_upper', 2),
        }) }} as verdict
    from answers
    inner join words on answers.answer = words.answer

)

select * from final
order by metric, method
