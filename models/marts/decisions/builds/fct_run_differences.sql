{{ config(tags=['about_builds']) }}

with

causes as (

    select * from {{ ref('int_run_causes') }}

),

results as (

    select * from {{ ref('int_run_results') }}

),

reasons as (

    select * from {{ ref('int_run_reasons') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'run_differences'

),

totals as (

    select
        (select max(compared_with) from {{ ref('int_run_pairs') }}) as compared_with,
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

sentences as (

    select
        answers.kind,
        answers.name,
        answers.compared_with,
        answers.value_before,
        answers.value_now,
        answers.text_before,
        answers.text_now,
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

),

final as (

    select * from sentences
    union all by name
    select
        * exclude (position, cause),
        false as is_unexplained,
        upper(cause[1]) || cause[2:] || '.' as verdict
    from causes

)

select * from final
order by kind, name
