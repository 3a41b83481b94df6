with

cate_groups as (

    select * from {{ ref('int_cate_groups') }}

),

median_gates as (

    select
        *,
        median(gate) over (
            partition by design, outcome, learner, cate_group
        ) as median_gate
    from cate_groups

),

gates as (

    select
        design,
        outcome,
        learner,
        cate_group,
        cast(round(avg(n_units)) as integer) as n_units,
        cast(round(avg(n_treated)) as integer) as n_treated,
        cast(round(median(n_treated_households)) as integer) as n_treated_households,
        cast(round(median(n_control_households)) as integer) as n_control_households,
        round(median(mean_cate), 9) as mean_cate,
        round(max(median_gate), 9) as gate,
        round({{ median_std_error('gate', 'std_error', 'median_gate') }}, 9)
            as std_error,
        median(share_in_10_90) as share_in_10_90,
        median(ess_treated) as ess_treated,
        median(ess_control) as ess_control
    from median_gates
    group by design, outcome, learner, cate_group

),

gated_groups as (

    select
        *,
        n_units - n_treated as n_control,
        least(n_treated_households, n_control_households)
        >= {{ var('min_group_households') }} as is_large_enough,
        {{ overlap_gate(
            'share_in_10_90', 'ess_treated', 'ess_control', 'n_treated', 'n_control'
        ) }}
    from gates

),

final as (

    select
        design,
        outcome,
        learner,
        cate_group,
        n_units,
        n_treated,
        n_control,
        share_in_10_90,
        ess_treated,
        ess_control,
        mean_cate,
        gate,
        std_error,
        {{ confidence_limit('gate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('gate', 'std_error', 'upper') }} as ci_upper,
        mean_cate between ci_lower and ci_upper as is_prediction_inside,
        case
            when is_large_enough
                then {{ gate_status('true', 'is_overlap_sufficient') }}
            else 'too few'
        end as gate_status,
        {{ group_reason(
            'is_large_enough', 'n_treated_households', 'n_control_households',
            'true', 'is_overlap_sufficient', 'overlap_evidence'
        ) }} as reason
    from gated_groups

)

select * from final
order by design, outcome, learner, cate_group
