with

-- The data hold most windows of the shortest length.
residuals as (

    select *
    from {{ ref('int_power_residuals') }}
    where horizon_weeks = {{ var('power_horizon_weeks') | min }}

),

moments as (

    select * from {{ ref('int_power_moments') }}

),

-- Scores are whole millionths of a standard deviation, because whole numbers add up to
-- the same sum in any order.
scaled_residuals as (

    select
        residuals.metric,
        residuals.method,
        residuals.window_number,
        residuals.household_id,
        cast(
            round(1e6 * residuals.residual / nullif(moments.std_dev, 0)) as bigint
        ) as score
    from residuals
    inner join moments
        on
            residuals.metric = moments.metric
            and residuals.horizon_weeks = moments.horizon_weeks
    where moments.std_dev > 0

),

households as (

    select distinct household_id from scaled_residuals

),

ordered_households as (

    select
        household_id,
        row_number() over (
            order by
                {{ salted_bucket(
                    "household_id", "'" ~ var('fit_sample_salt') ~ "'", 1000000
                ) }},
                household_id
        ) as position
    from households

),

-- A household stands once in a window, and several times in all windows (window 0).
scoped_residuals as (

    select
        scaled_residuals.metric,
        scaled_residuals.method,
        unnest([0, scaled_residuals.window_number]) as scope_window,
        scaled_residuals.household_id,
        scaled_residuals.score
    from scaled_residuals
    inner join ordered_households
        on
            scaled_residuals.household_id = ordered_households.household_id
            and ordered_households.position <= {{ var('max_fit_households') }}

),

final as (

    select
        metric,
        method,
        scope_window,
        household_id,
        count(*) as n_units,
        cast(sum(score) as bigint) as score_sum
    from scoped_residuals
    group by metric, method, scope_window, household_id

)

select * from final
order by metric, method, scope_window, household_id
