with

group_splits as (

    select * from {{ ref('int_group_splits') }}

),

centred_splits as (

    select
        *,
        median(estimate) over (
            partition by design, outcome, grouping, group_name, estimand
        ) as median_estimate
    from group_splits

),

estimates as (

    select
        design,
        outcome,
        grouping,
        group_name,
        estimand,
        max(median_estimate) as estimate,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }} as std_error
    from centred_splits
    group by design, outcome, grouping, group_name, estimand

),

final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        estimand,
        estimate,
        std_error,
        case
            when std_error > 0 then {{ two_sided_p_value('(estimate / std_error)') }}
        end as p_value
    from estimates

)

select * from final
order by design, outcome, grouping, group_name, estimand
