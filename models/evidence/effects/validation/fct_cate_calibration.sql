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
        round(median(mean_cate), 9) as mean_cate,
        round(max(median_gate), 9) as gate,
        round({{ median_std_error('gate', 'std_error', 'median_gate') }}, 9)
            as std_error
    from median_gates
    group by design, outcome, learner, cate_group

),

final as (

    select
        design,
        outcome,
        learner,
        cate_group,
        n_units,
        mean_cate,
        gate,
        std_error,
        {{ confidence_limit('gate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('gate', 'std_error', 'upper') }} as ci_upper,
        mean_cate between ci_lower and ci_upper as is_prediction_inside
    from gates

)

select * from final
order by design, outcome, learner, cate_group
