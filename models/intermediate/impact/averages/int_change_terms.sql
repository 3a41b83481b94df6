with

final as (

    select
        'difference in differences' as estimator,
        *
    from {{ ref('int_difference_terms') }}
    union all
    select
        'doubly robust' as estimator,
        *
    from {{ ref('int_doubly_robust_terms') }}

)

select * from final
order by estimator, campaign_id, outcome, household_id
