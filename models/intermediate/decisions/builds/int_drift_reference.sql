with

run_history as (

    select *
    from {{ ref('run_history') }}
    where kind in ('covariate', 'propensity', 'segments', 'effect')

),

-- The newest build is this one, so the one before it is what it is compared with.
builds as (

    select
        invocation_id,
        edition,
        row_number() over (order by max(built_at) desc, invocation_id desc)
            as build_number
    from run_history
    group by invocation_id, edition

),

final as (

    select run_history.*
    from run_history
    inner join builds as reference
        on run_history.invocation_id = reference.invocation_id
    inner join builds as this_build
        on
            reference.edition = this_build.edition
            and this_build.build_number = 1
            and reference.build_number = 2

)

select * from final
order by kind, name, label
