with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

designs as (

    select * from {{ ref('int_designs') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}

),

exposures as (

    select * from {{ ref('int_exposure_ledger') }}

),

demographics as (

    select * from {{ ref('int_household_demographics') }}

),

final as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        cast(trial_units.is_treated as integer) as is_treated,
        {{ covariate_columns(
            'window_features',
            'exposures',
            'demographics',
            'trial_units.time_zero_day - trial_units.lookback_start_day'
        ) }}
    from trial_units
    inner join designs on trial_units.design = designs.design
    inner join window_features
        on
            trial_units.household_id = window_features.household_id
            and trial_units.window_id = window_features.window_id
    inner join exposures
        on
            trial_units.design = exposures.design
            and trial_units.campaign_id = exposures.campaign_id
            and trial_units.household_id = exposures.household_id
    -- NULL finds no row. A condition on the design beside the key would make DuckDB
    -- compare all pairs of rows.
    left join demographics
        on
            case
                when designs.uses_demographics or {{ var('use_demographics') }}
                    then trial_units.household_id
            end = demographics.household_id
    where not (designs.drops_contaminated and exposures.is_contaminated)

)

select * from final
order by design, campaign_id, household_id
