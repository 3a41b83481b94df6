with

calendar as (

    select * from {{ ref('int_calendar') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

campaigns as (

    select * from {{ ref('int_check_campaigns') }}

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
        first_day + cast(
            floor((last_day - first_day + 1) * {{ var('clv_calibration_share') }}) as bigint
        ) - 1 as end_day
    from data_bounds

),

household_days as (

    select
        purchase_days.household_id,
        count(*) filter (where purchase_days.day <= calibrations.end_day)
            as n_calibration_days
    from purchase_days
    cross join calibrations
    group by purchase_days.household_id

),

households as (

    select
        count(*) as n_households,
        count(*) filter (where n_calibration_days > 1) as n_repeaters
    from household_days

),

campaign_totals as (

    select
        count(*) as n_campaigns,
        count(*) filter (where is_studied) as n_studied,
        count(*) filter (where obstacle is null) as n_ready,
        count(*) filter (where n_held_out > 0) as n_experiments
    from campaigns

),

final as (

    select
        1 as place,
        'features' as output,
        true as is_possible,
        'yes: ' || {{ in_digits('households.n_households', 0) }} || ' households, '
        || (data_bounds.last_day - data_bounds.first_day + 1) || ' days ('
        || data_bounds.first_date || ' to ' || data_bounds.last_date || ')' as sentence
    from households
    cross join data_bounds
    union all
    select
        2 as place,
        'segments' as output,
        n_households >= {{ 2 * var('max_segments') }} as is_possible,
        case
            when n_households >= {{ 2 * var('max_segments') }}
                then 'yes: ' || {{ in_digits('n_households', 0) }} || ' households'
            else 'no: only ' || n_households || ' households'
        end as sentence
    from households
    union all
    select
        3 as place,
        'lifetime value' as output,
        n_repeaters >= {{ var('clv_min_households') }} as is_possible,
        case
            when n_repeaters >= {{ var('clv_min_households') }}
                then 'yes: ' || {{ in_digits('n_repeaters', 0) }} || ' households bought '
                    || 'again in the first {{ (100 * var("clv_calibration_share")) | int }} '
                    || '% of the days'
            else 'by a rule of thumb: only ' || n_repeaters || ' households bought again '
                || 'in the first {{ (100 * var("clv_calibration_share")) | int }} % of the '
                || 'days, and a fit needs {{ var("clv_min_households") }} '
                || '(var clv_min_households)'
        end as sentence
    from households
    union all
    select
        4 as place,
        'effects' as output,
        n_ready > 0 as is_possible,
        case
            when n_campaigns = 0 then 'no: there is no campaign'
            when n_ready = 0
                then 'no: something stands in the way of every campaign, see below'
            else 'yes: of ' || n_ready || ' of ' || n_studied || ' studied campaigns'
        end
        || case
            when n_experiments > 0
                then '; ' || n_experiments || ' with households that were held out'
            else ''
        end as sentence
    from campaign_totals

)

select * from final
order by place
