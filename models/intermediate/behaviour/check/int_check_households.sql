with

calendar as (

    select * from {{ ref('int_calendar') }}

),

visit_days as (

    select *
    from {{ ref('int_purchase_days') }}
    where n_baskets > 0

),

visit_counts as (

    select
        count(*) as n_visits,
        count(transaction_time) as n_timed_visits
    from {{ ref('int_baskets') }}
    where is_visit

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day,
        min(calendar_date) as first_date,
        max(calendar_date) as last_date
    from calendar

),

-- Days until which lifetime value learns; the rest grades it.
calibrations as (

    select
        *,
        first_day + cast(
            floor((last_day - first_day + 1) * {{ var('clv_calibration_share') }})
            as bigint
        ) - 1 as end_day
    from data_bounds

),

household_days as (

    select
        visit_days.household_id,
        count(*) filter (where visit_days.day <= calibrations.end_day)
            as n_calibration_days
    from visit_days
    cross join calibrations
    group by visit_days.household_id

),

household_counts as (

    select
        count(*) as n_households,
        count(*) filter (where n_calibration_days > 1) as n_repeaters
    from household_days

),

final as (

    select
        household_counts.n_households,
        household_counts.n_repeaters,
        visit_counts.n_visits,
        visit_counts.n_timed_visits,
        calibrations.last_day - calibrations.first_day + 1 as n_days,
        calibrations.first_date,
        calibrations.last_date
    from household_counts
    cross join calibrations
    cross join visit_counts

)

select * from final
