{{ config(tags=['about_builds']) }}

with

pairs as (

    select * from {{ ref('int_run_pairs') }}

),

causes as (

    select * from {{ ref('int_run_causes') }}

),

reasons as (

    select * from {{ ref('int_run_reasons') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'run_differences'

),

results as (

    select
        kind,
        name,
        label,
        compared_with,
        value_before,
        value_now,
        coalesce(text_before, {{ in_digits('value_before', 0) }}) as text_before,
        coalesce(text_now, {{ in_digits('value_now', 0) }}) as text_now,
        {{ in_digits('abs(value_now - value_before)', 0) }} as moved,
        kind || ', ' || case
            when is_new then 'new'
            when is_gone then 'gone'
            when kind = 'rows' then if(value_now > value_before, 'more', 'fewer')
            when not has_other_text then 'close'
            when value_now > value_before then 'rose'
            when value_now < value_before then 'fell'
            else 'other'
        end as answer
    from pairs
    where kind in ('figure', 'rows') and (has_other_value or has_other_text)

),

totals as (

    select
        (select max(compared_with) from pairs) as compared_with,
        (select count(*) from results) as n_results

),

answers as (

    select * from results
    union all by name
    select
        'all' as kind,
        'all' as name,
        totals.compared_with,
        {{ counted('totals.n_results', 'result') }} as moved,
        case
            when totals.compared_with is null then 'first build'
            when totals.n_results > 0 then 'results'
            when reasons.n_causes > 0 then 'no result'
            else 'nothing'
        end as answer
    from totals
    cross join reasons

),

final as (

    select
        answers.* exclude (label, moved, answer),
        reasons.n_causes = 0
        and answers.answer not in ('first build', 'nothing') as is_unexplained,
        {{ fill_in('words.words', {
            'label': 'answers.label',
            'n': 'answers.moved',
            'before': 'answers.text_before',
            'now': 'answers.text_now',
            'build': "strftime(answers.compared_with, '%Y-%m-%d %H:%M')",
            'causes': 'reasons.causes',
            'reason': 'reasons.reason',
        }) }} as verdict,
        coalesce(words.next_action, if(is_unexplained, reasons.next_action, null))
            as next_action
    from answers
    cross join reasons
    inner join words on answers.answer = words.answer
    union all by name
    select
        * exclude (position, cause),
        false as is_unexplained,
        upper(cause[1]) || cause[2:] || '.' as verdict
    from causes

)

select
    kind,
    name,
    compared_with,
    value_before,
    value_now,
    text_before,
    text_now,
    is_unexplained,
    verdict,
    next_action
from final
order by kind, name
