with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

final as (

    select
        design,
        campaign_id,
        household_id,
        is_treated,
        'purchase_amount' as outcome,
        purchase_amount as outcome_value
    from estimation_units
    union all
    select
        design,
        campaign_id,
        household_id,
        is_treated,
        'purchase_count' as outcome,
        purchase_count as outcome_value
    from estimation_units

)

select * from final
order by design, outcome, campaign_id, household_id
