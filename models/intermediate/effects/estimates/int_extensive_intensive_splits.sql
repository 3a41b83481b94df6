with

margin_influences as (

    select * from {{ ref('int_margin_influences') }}

),

household_margins as (

    select
        design,
        estimand,
        margin,
        split_id,
        household_id,
        max(estimate) as estimate,
        max(share_1) as share_1,
        max(share_0) as share_0,
        {{ exact_sum('influence') }} as influence,
        count(*) as n_units
    from margin_influences
    group by design, estimand, margin, split_id, household_id

),

final as (

    select
        design,
        estimand,
        margin,
        split_id,
        max(estimate) as estimate,
        {{ clustered_std_error('influence', 'n_units') }} as std_error,
        max(share_1) as share_if_sent,
        max(share_0) as share_if_not_sent
    from household_margins
    group by design, estimand, margin, split_id

)

select * from final
order by design, estimand, margin, split_id
