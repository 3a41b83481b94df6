with

influences as (

    select * from {{ ref('int_group_influences') }}

),

household_influences as (

    select
        design,
        outcome,
        grouping,
        group_name,
        estimand,
        split_id,
        household_id,
        max(estimate) as estimate,
        {{ exact_sum('influence') }} as influence,
        count(*) as n_units
    from influences
    group by
        design, outcome, grouping, group_name, estimand, split_id, household_id

),

final as (

    select
        design,
        outcome,
        grouping,
        group_name,
        estimand,
        split_id,
        max(estimate) as estimate,
        {{ clustered_std_error('influence', 'n_units') }} as std_error,
        sum(n_units) as n_units
    from household_influences
    group by design, outcome, grouping, group_name, estimand, split_id

)

select * from final
order by design, outcome, grouping, group_name, estimand, split_id
