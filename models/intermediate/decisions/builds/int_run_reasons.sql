{#- A view, as int_run_pairs. -#}
{{ config(materialized='view') }}

with

causes as (

    select * from {{ ref('int_run_causes') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'run_reasons'

),

-- Three causes are named, the most telling first.
named_causes as (

    select
        count(*) as n_causes,
        array_to_string(list(cause order by position, name)[:3], '; ')
        || if(count(*) > 3, '; and ' || (count(*) - 3) || ' more', '') as causes,
        case count(*) when 0 then 'none' when 1 then 'one' else 'several' end as answer
    from causes

),

final as (

    select
        named_causes.n_causes,
        named_causes.causes,
        {{ fill_in('words.words', {'causes': 'named_causes.causes'}) }} as reason,
        words.next_action
    from named_causes
    inner join words on named_causes.answer = words.answer

)

select * from final
