with

rule_splits as (

    select * from {{ ref('int_effect_rule_splits') }}

),

median_splits as (

    select
        *,
        median(estimate) over (
            partition by design, outcome, leaf_id
        ) as median_estimate
    from rule_splits

),

final as (

    select
        design,
        outcome,
        leaf_id,
        max(median_estimate) as estimate,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }} as std_error
    from median_splits
    group by design, outcome, leaf_id

)

select * from final
order by design, outcome, leaf_id
