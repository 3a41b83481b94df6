with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

main_designs as (

    select *
    from {{ ref('int_designs') }}
    where role = 'main'

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

exposures as (

    select * from {{ ref('int_exposure_ledger') }}

),

outcomes as (

    select * from {{ ref('int_trial_outcomes') }}

),

final as (

    select
        trial_units.design,
        cast(trial_units.campaign_id as bigint) as campaign_id,
        cast(trial_units.household_id as bigint) as household_id,
        campaigns.campaign_type,
        trial_units.is_treated,
        trial_units.known_propensity,
        cast(trial_units.time_zero_day as integer) as time_zero_day,
        cast(trial_units.lookback_start_day as integer) as lookback_start_day,
        cast(trial_units.outcome_end_day as integer) as outcome_end_day,
        -- The segment comes from the look-back alone, by applying the fitted tables.
        cast(household_segments.segment_id as integer) as segment_id,
        cast(exposures.n_campaigns_before as integer) as n_campaigns_before,
        cast(exposures.n_campaigns_running as integer) as n_campaigns_running,
        cast(exposures.n_campaigns_during as integer) as n_campaigns_during,
        exposures.is_contaminated,
        cast(outcomes.purchase_amount as decimal(18, 2)) as purchase_amount,
        cast(outcomes.purchase_count as integer) as purchase_count,
        cast(outcomes.category_purchase as decimal(18, 2)) as category_purchase,
        cast(outcomes.redemption_any as integer) as redemption_any,
        cast(outcomes.redemption_count as integer) as redemption_count
    from trial_units
    inner join main_designs on trial_units.design = main_designs.design
    inner join campaigns on trial_units.campaign_id = campaigns.campaign_id
    -- Without a purchase in the look-back there is no segment.
    left join household_segments
        on
            trial_units.household_id = household_segments.household_id
            and trial_units.window_id = household_segments.window_id
    inner join exposures
        on
            trial_units.design = exposures.design
            and trial_units.campaign_id = exposures.campaign_id
            and trial_units.household_id = exposures.household_id
    inner join outcomes
        on
            trial_units.design = outcomes.design
            and trial_units.campaign_id = outcomes.campaign_id
            and trial_units.household_id = outcomes.household_id

)

select * from final
order by design, campaign_id, household_id
