{{ config(tags=['about_builds']) }}

with

changes as (

    select * from {{ ref('int_drift_changes') }}

),

reference as (

    select max(built_at) as compared_with from {{ ref('int_drift_reference') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'drift'

),

answers as (

    select
        kind,
        name,
        value_before,
        value_now,
        psi,
        chance_psi,
        change_std_error,
        is_drifted,
        if(is_drifted, kind || ' drifted', kind || ' stable') as answer,
        cast(null as varchar) as drifted_names
    from changes
    union all by name
    select
        'all' as kind,
        'all' as name,
        coalesce(bool_or(is_drifted), false) as is_drifted,
        string_agg(
            if(kind in ('covariate', 'effect'), kind || ' ' || name, kind),
            ', ' order by psi desc nulls last, name asc
        ) filter (where is_drifted) as drifted_names,
        case
            when count(*) = 0 then 'first build'
            when bool_or(is_drifted) then 'fit again'
            else 'stable'
        end as answer
    from changes

),

final as (

    select
        answers.kind,
        answers.name,
        reference.compared_with,
        answers.value_before,
        answers.value_now,
        answers.psi,
        answers.chance_psi,
        answers.change_std_error,
        answers.is_drifted,
        {{ fill_in('words.words', {
            'names': 'answers.drifted_names',
            'build': "strftime(reference.compared_with, '%Y-%m-%d %H:%M')",
            'before': in_money('answers.value_before'),
            'now': in_money('answers.value_now'),
            'psi': "format('{:.2f}', answers.psi)",
        }) }} as verdict,
        words.next_action
    from answers
    cross join reference
    inner join words on answers.answer = words.answer

)

select * from final
order by kind, name
