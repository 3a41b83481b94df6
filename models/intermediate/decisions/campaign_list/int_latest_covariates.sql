with

exposures as (

    select * from {{ ref('int_latest_exposures') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}
    where window_id = 'latest'

),

designs as (

    select * from {{ ref('int_designs') }}
    where design = '{{ var("primary_design") }}'

),

demographics as (

    select * from {{ ref('int_household_demographics') }}

),

-- A household that bought nothing in the window has no features. It could not be in a
-- trial either.
final as (

    select
        exposures.household_id,
        {{ covariate_columns(
            'window_features',
            'exposures',
            'demographics',
            edition_value('lookback_days')
        ) }}
    from exposures
    inner join window_features
        on
            exposures.household_id = window_features.household_id
            and window_features.recency is not null
    cross join designs
    -- As in int_unit_covariates: NULL finds no row.
    left join demographics
        on
            case
                when designs.uses_demographics or {{ var('use_demographics') }}
                    then exposures.household_id
            end = demographics.household_id

)

select * from final
order by household_id
