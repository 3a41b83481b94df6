with

cate_groups as (

    select * from {{ ref('int_cate_groups') }}

),

medians as (

    select
        design,
        outcome,
        learner,
        cate_group,
        median(gate) as gate
    from cate_groups
    group by design, outcome, learner, cate_group

),

gates as (

    select
        medians.design,
        medians.outcome,
        medians.learner,
        medians.cate_group,
        cast(round(avg(cate_groups.n_units)) as integer) as n_units,
        round(median(cate_groups.mean_cate), 9) as mean_cate,
        round(max(medians.gate), 9) as gate,
        round(
            {{ median_std_error(
                'cate_groups.gate', 'cate_groups.std_error', 'medians.gate'
            ) }}, 9
        ) as std_error
    from medians
    inner join cate_groups
        on
            medians.design = cate_groups.design
            and medians.outcome = cate_groups.outcome
            and medians.learner = cate_groups.learner
            and medians.cate_group = cate_groups.cate_group
    group by
        medians.design, medians.outcome, medians.learner, medians.cate_group

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
