with

effect_gates as (

    select * from {{ ref('int_effect_gates') }}

),

summaries as (

    select
        design,
        estimand,
        estimator,
        max(status) filter (where gate = 'overlap') as overlap_gate,
        max(status) filter (where gate = 'balance') as balance_gate,
        max(status) filter (where gate = 'placebo') as placebo_gate,
        max(status) filter (where gate = 'interference') as interference_gate,
        max(status) filter (where gate = 'size') as size_gate,
        arg_min(finding, position) filter (where status = 'failed') as first_failure,
        arg_min(finding, position) filter (where status = 'doubtful') as first_doubt,
        arg_min(finding, position) as first_finding
    from effect_gates
    group by design, estimand, estimator

),

final as (

    select
        design,
        estimand,
        estimator,
        overlap_gate,
        balance_gate,
        placebo_gate,
        interference_gate,
        size_gate,
        case
            when first_failure is not null then 'failed'
            when first_doubt is not null then 'doubtful'
            else 'passed'
        end as gate_status,
        coalesce(
            first_failure,
            first_doubt,
            first_finding || ' The other gates are passed as well.'
        ) as reason
    from summaries

)

select * from final
order by design, estimand, estimator
