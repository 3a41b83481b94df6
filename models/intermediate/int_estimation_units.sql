with

unit_covariates as (

    select * from {{ ref('int_unit_covariates') }}

),

design_sizes as (

    select * from {{ ref('int_design_sizes') }}

),

outcomes as (

    select * from {{ ref('int_trial_outcomes') }}

),

final as (

    select
        unit_covariates.*,
        design_sizes.role = 'main' as is_main_design,
        cast(outcomes.purchase_amount as double) as purchase_amount,
        cast(outcomes.purchase_count as double) as purchase_count,
        cast(outcomes.purchase_amount_per_week as double) as purchase_amount_per_week,
        cast(outcomes.purchase_count_per_week as double) as purchase_count_per_week,
        cast(outcomes.category_purchase as double) as category_purchase,
        cast(outcomes.purchase_any as double) as purchase_any,
        cast(outcomes.redemption_any as double) as redemption_any,
        cast(outcomes.redemption_count as double) as redemption_count
    from unit_covariates
    inner join design_sizes
        on
            unit_covariates.design = design_sizes.design
            and design_sizes.is_estimable
    inner join outcomes
        on
            unit_covariates.design = outcomes.design
            and unit_covariates.campaign_id = outcomes.campaign_id
            and unit_covariates.household_id = outcomes.household_id

)

select * from final
order by design, campaign_id, household_id
