{#- A view, so that fct_run_differences also sees what a build adds at its end. -#}
{{ config(materialized='view') }}

with

run_history as (

    select *
    from {{ ref('run_history') }}
    where
        is_full_build
        and kind in (
            'input', 'setting', 'seed', 'code', 'version', 'figure', 'rows'
        )

),

builds as (

    select
        invocation_id,
        edition,
        max(built_at) as built_at,
        row_number() over (order by max(built_at) desc, invocation_id desc)
            as build_number,
        bool_or(kind = 'rows') as has_ended
    from run_history
    group by invocation_id, edition

),

this_build as (

    select *
    from builds
    where build_number = 1

),

reference as (

    select
        builds.*,
        builds.has_ended and this_build.has_ended as are_rows_known
    from builds
    inner join this_build on builds.edition = this_build.edition
    where builds.build_number > 1
    order by builds.build_number
    limit 1

),

facts_before as (

    select run_history.*
    from run_history
    inner join reference on run_history.invocation_id = reference.invocation_id

),

facts_now as (

    select run_history.*
    from run_history
    inner join this_build on run_history.invocation_id = this_build.invocation_id

),

pairs as (

    select
        coalesce(facts_now.kind, facts_before.kind) as kind,
        coalesce(facts_now.name, facts_before.name) as name,
        coalesce(facts_now.label, facts_before.label) as label,
        facts_before.label as label_before,
        facts_before.name is null as is_new,
        facts_now.name is null as is_gone,
        facts_before.value as value_before,
        facts_now.value as value_now,
        facts_before.text_value as text_before,
        facts_now.text_value as text_now
    from facts_now
    full join facts_before
        on facts_now.kind = facts_before.kind and facts_now.name = facts_before.name

),

final as (

    select
        pairs.*,
        reference.built_at as compared_with,
        (pairs.value_before is distinct from pairs.value_now) as has_other_value,
        (pairs.text_before is distinct from pairs.text_now) as has_other_text
    from pairs
    cross join reference
    where pairs.kind != 'rows' or reference.are_rows_known

)

select * from final
