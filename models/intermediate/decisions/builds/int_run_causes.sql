{#- A view, as int_run_pairs. -#}
{{ config(materialized='view') }}

with

pairs as (

    select *
    from {{ ref('int_run_pairs') }}
    where kind in ('input', 'setting', 'seed', 'code', 'version')

),

words as (

    select * from {{ ref('words') }}
    where topic = 'run_causes'

),

-- Checksums are DuckDB's own hashes, so those of two versions say nothing.
duckdb_versions as (

    select coalesce(bool_and(not has_other_text), true) as are_equal
    from pairs
    where kind = 'version' and name = 'duckdb'

),

causes as (

    select
        pairs.*,
        coalesce(pairs.value_now, 0) - coalesce(pairs.value_before, 0) as n_more,
        case
            when pairs.kind != 'input' then pairs.kind
            when n_more > 0 then 'input, more'
            when n_more < 0 then 'input, fewer'
            else 'input, other'
        end as answer
    from pairs
    cross join duckdb_versions
    where
        pairs.has_other_value
        or (
            pairs.has_other_text
            and (pairs.kind != 'input' or duckdb_versions.are_equal)
        )

),

final as (

    select
        causes.kind,
        causes.name,
        causes.compared_with,
        causes.value_before,
        causes.value_now,
        causes.text_before,
        causes.text_now,
        list_position(['input', 'setting', 'seed', 'code', 'version'], causes.kind)
            as position,
        {{ fill_in('words.words', {
            'label_before': "coalesce(causes.label_before, 'unknown')",
            'label': 'causes.label',
            'n': in_digits('abs(causes.n_more)', 0),
            'before': "coalesce(causes.text_before, 'absent')",
            'now': "coalesce(causes.text_now, 'absent')",
        }) }} as cause
    from causes
    inner join words on causes.answer = words.answer

)

select * from final
