with

unit_covariates as (

    select * from {{ ref('int_unit_covariates') }}

),

design_sizes as (

    select * from {{ ref('int_design_sizes') }}

),

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

window_profit_margins as (

    select * from {{ ref('int_window_profit_margins') }}

),

exposures as (

    select * from {{ ref('int_exposure_ledger') }}

),

outcomes as (

    select * from {{ ref('int_trial_outcomes') }}

),

final as (

    select
        unit_covariates.*,
        design_sizes.role = 'main' as is_main_design,

        ---------- known at time zero, but no covariates
        cast(household_segments.segment_id as integer) as segment_id,
        cast(window_profit_margins.margin as double) as margin,

        ---------- evidence on the design, no covariates
        trial_units.n_outcome_days,
        exposures.is_contaminated,

        ---------- outcomes
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
    inner join trial_units
        on
            unit_covariates.design = trial_units.design
            and unit_covariates.campaign_id = trial_units.campaign_id
            and unit_covariates.household_id = trial_units.household_id
    inner join household_segments
        on
            trial_units.household_id = household_segments.household_id
            and trial_units.window_id = household_segments.window_id
    inner join window_profit_margins
        on
            trial_units.household_id = window_profit_margins.household_id
            and trial_units.window_id = window_profit_margins.window_id
    inner join exposures
        on
            unit_covariates.design = exposures.design
            and unit_covariates.campaign_id = exposures.campaign_id
            and unit_covariates.household_id = exposures.household_id
    inner join outcomes
        on
            unit_covariates.design = outcomes.design
            and unit_covariates.campaign_id = outcomes.campaign_id
            and unit_covariates.household_id = outcomes.household_id

)

select * from final
order by design, campaign_id, household_id
