with

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day,
        cast(
            floor((max(day) - min(day) + 1) * {{ var('clv_calibration_share') }})
            as bigint
        ) as n_calibration_days
    from {{ ref('int_calendar') }}

),

cut as (

    select
        first_day,
        last_day,
        first_day + n_calibration_days - 1 as cut_day,
        last_day - first_day + 1 - n_calibration_days as n_holdout_days
    from data_bounds

),

-- The RFM method learns one holdout earlier than it predicts.
as_of_days as (

    select
        'learning' as period,
        cut_day - n_holdout_days as as_of_day,
        first_day,
        n_holdout_days,
        n_holdout_days / 7.0 as next_weeks
    from cut
    union all
    select
        'calibration' as period,
        cut_day as as_of_day,
        first_day,
        n_holdout_days,
        n_holdout_days / 7.0 as next_weeks
    from cut
    union all
    select
        'full' as period,
        last_day as as_of_day,
        first_day,
        n_holdout_days,
        {{ var('clv_horizon_weeks') }} as next_weeks
    from cut

),

future_weeks as (

    select
        period,
        next_weeks,
        unnest(generate_series(1, cast(ceil(next_weeks) as integer))) as week_number
    from as_of_days

),

-- A dollar of week k is worth (1 + rate) ^ (-k / 52) today. The last week may be
-- partial.
discounted_weeks as (

    select
        period,
        {{ exact_sum(
            "least(1.0, next_weeks - week_number + 1) * pow(1 + "
            ~ var('clv_discount_rate') ~ ", -week_number / 52.0)"
        ) }} as discounted_weeks
    from future_weeks
    group by period

),

final as (

    select
        as_of_days.period,
        as_of_days.as_of_day,
        as_of_days.n_holdout_days,
        as_of_days.n_holdout_days / 7.0 as holdout_weeks,
        cast(as_of_days.next_weeks as double) as next_weeks,
        discounted_weeks.discounted_weeks
    from as_of_days
    inner join discounted_weeks on as_of_days.period = discounted_weeks.period
    where as_of_days.as_of_day >= as_of_days.first_day

)

select * from final
order by as_of_day
